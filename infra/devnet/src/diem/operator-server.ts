/**
 * What a devnet offers beside a Diem node's interface, on a port of its own: the faucet, and for tests the power to end epochs,
 * freeze accounts and produce blocks. Parameters come in the query: `POST /mint?auth_key=…&amount=…&currency_code=XUS`.
 */
import type { RequestListener } from "node:http";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode, vector } from "@pdiem/light-client/codec/bcs";
import { parseAccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type SignedTransaction, signedTransaction } from "@pdiem/light-client/diem/transactions/signed-transaction";
import { DecodeError, isPdiemError } from "@pdiem/light-client/error";
import type { Association, Executed } from "./association.js";
import type { DiemChain } from "./diem-chain.js";
import type { Faucet } from "./faucet.js";
import { writeJson } from "./json-rpc/json-writer.js";
import { vmStatusView } from "./json-rpc/views/vm-status-view.js";

export interface Operator {
  readonly chain: DiemChain;
  readonly association: Association;
  readonly faucet: Faucet;
}

type Action = (operator: Operator, query: URLSearchParams) => string;

const required = (query: URLSearchParams, name: string): string => {
  const value = query.get(name);
  if (value === null) throw new DecodeError("decode/query", `expected the parameter ${name}`);
  return value;
};

const amountOf = (query: URLSearchParams): bigint => {
  const value = required(query, "amount");
  if (!/^[0-9]{1,19}$/.test(value)) throw new DecodeError("decode/query", "expected an amount in smallest units");
  return BigInt(value);
};

const transactionsOf = (chain: DiemChain, executed: readonly Executed[]): readonly SignedTransaction[] =>
  executed.flatMap(({ version }) => {
    const transaction = chain.store.transactionAt(version);
    return transaction.type === "user" ? [transaction.value] : [];
  });

/** As Diem's faucet: BCS of the transactions in hex. They are executed already. */
const mint: Action = ({ chain, faucet }, query) => {
  const executed = faucet({
    authenticationKey: fromHex(required(query, "auth_key"), 32),
    amount: amountOf(query),
    currency: query.get("currency_code") ?? "XUS",
    humanName: query.get("vasp_name") ?? undefined,
  });
  return toHex(encode(vector(signedTransaction), transactionsOf(chain, executed)));
};

const report = ({ version, status }: Executed): string => writeJson({ version, vm_status: vmStatusView(status) });

const onAccount =
  (act: (association: Association, address: Uint8Array) => Executed): Action =>
  ({ association }, query) =>
    report(act(association, parseAccountAddress(required(query, "account"))));

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["/mint", mint],
  ["/-/devnet/epoch", ({ association }) => report(association.nextEpoch())],
  ["/-/devnet/freeze", onAccount((association, account) => association.freeze(account))],
  ["/-/devnet/unfreeze", onAccount((association, account) => association.unfreeze(account))],
  ["/-/devnet/add-validator", onAccount((association, account) => association.addValidator(account))],
  ["/-/devnet/remove-validator", onAccount((association, account) => association.removeValidator(account))],
  ["/-/devnet/block", ({ chain }) => writeJson({ version: chain.produceBlock().ledgerInfo.commitInfo.version })],
]);

const perform = (operator: Operator, action: Action, query: URLSearchParams): readonly [number, string] => {
  try {
    return [200, action(operator, query)];
  } catch (error) {
    if (isPdiemError(error)) return [400, error.message];
    return [500, error instanceof Error ? error.message : "unknown fault"];
  }
};

export const operatorListener =
  (operator: Operator): RequestListener =>
  (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const action = ACTIONS.get(pathname);
    const [status, body] =
      action === undefined || request.method !== "POST"
        ? ([404, "expected POST of a known action"] as const)
        : perform(operator, action, searchParams);
    request.resume();
    response.writeHead(status, {
      "content-type": body.startsWith("{") ? "application/json" : "text/plain; charset=utf-8",
      "access-control-allow-origin": "*",
    });
    response.end(body);
  };
