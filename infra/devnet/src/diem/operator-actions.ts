/** What can be asked of a devnet beside a Diem node's interface. Parameters come in the query. */

import { type SignedTransaction, signedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode, vector } from "@pdiem/light-client/codec/bcs";
import { parseAccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { addressAtCreation, authenticationKeyPrefix } from "@pdiem/light-client/diem/transactions/authentication-key";
import { DecodeError } from "@pdiem/light-client/error";
import type { Association, Executed } from "./association.js";
import type { DiemChain } from "./diem-chain.js";
import type { Faucet } from "./faucet.js";
import { writeJson } from "./json-rpc/json-writer.js";
import { vmStatusView } from "./json-rpc/views/vm-status-view.js";
import { GENESIS_GAS_CONSTANTS } from "./vm/vm-config.js";

/** Blocks that come by themselves. */
export interface BlockProduction {
  readonly halt: () => void;
  readonly resume: () => void;
}

export interface Operator {
  readonly chain: DiemChain;
  readonly association: Association;
  readonly faucet: Faucet;
  readonly production: BlockProduction;
}

/** Answers with a body. @throws PdiemError for parameters that are missing or malformed */
export type Action = (operator: Operator, query: URLSearchParams) => string;

const required = (query: URLSearchParams, name: string): string => {
  const value = query.get(name);
  if (value === null) throw new DecodeError("decode/query", `expected the parameter ${name}`);
  return value;
};

const parseNumber = (name: string, value: string): bigint => {
  if (!/^[0-9]{1,19}$/.test(value)) throw new DecodeError("decode/query", `expected ${name} as a number, got ${value}`);
  return BigInt(value);
};

const amountOf = (query: URLSearchParams): bigint => parseNumber("amount", required(query, "amount"));

const transactionsOf = (chain: DiemChain, executed: readonly Executed[]): readonly SignedTransaction[] =>
  executed.flatMap(({ version }) => {
    const transaction = chain.store.transactionAt(version);
    return transaction.type === "user" ? [transaction.value] : [];
  });

/**
 * Mints like Diem's faucet: the answer is BCS of the transactions in hex. They are executed
 * already.
 */
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

/** A parent VASP with one currency, which the faucet's have all of. */
const createAccount: Action = ({ association }, query) => {
  const authenticationKey = fromHex(required(query, "auth_key"), 32);
  const address = addressAtCreation(authenticationKey);
  return report(
    association.createParentVasp({
      address,
      authenticationKeyPrefix: authenticationKeyPrefix(authenticationKey),
      humanName: query.get("vasp_name") ?? `VASP ${toHex(address.subarray(0, 4))}`,
      currency: query.get("currency_code") ?? "XUS",
      allCurrencies: false,
    }),
  );
};

/** Gas constants by their names in `GasConstants`, such as `maximumNumberOfGasUnits`. */
const setGasConstants: Action = ({ association }, query) => {
  const known = Object.keys(GENESIS_GAS_CONSTANTS);
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new DecodeError("decode/query", `expected one of ${known.join(", ")}, got ${unknown}`);
  return report(
    association.setGasConstants(
      Object.fromEntries([...query].map(([name, value]) => [name, parseNumber(name, value)])),
    ),
  );
};

const dropTransactions: Action = ({ chain }, query) => {
  const sequenceNumber = query.get("sequence_number");
  const one = sequenceNumber === null ? undefined : parseNumber("sequence_number", sequenceNumber);
  return writeJson({ dropped: chain.faults.drop(parseAccountAddress(required(query, "account")), one) });
};

/** An action without a transaction; answers how many wait in the mempool after it. */
const onPool =
  (act: (operator: Operator, query: URLSearchParams) => void): Action =>
  (operator, query) => {
    act(operator, query);
    return writeJson({ pending: operator.chain.pending() });
  };

/** Actions by their path. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["/mint", mint],
  ["/-/devnet/account", createAccount],
  ["/-/devnet/gas", setGasConstants],
  [
    "/-/devnet/dual-attestation-limit",
    ({ association }, query) => report(association.setDualAttestationLimit(amountOf(query))),
  ],
  [
    "/-/devnet/hold-transactions",
    onPool(({ chain }, query) => chain.faults.hold(parseAccountAddress(required(query, "account")))),
  ],
  [
    "/-/devnet/include-transactions",
    onPool(({ chain }, query) => chain.faults.include(parseAccountAddress(required(query, "account")))),
  ],
  ["/-/devnet/drop-transactions", dropTransactions],
  ["/-/devnet/halt", onPool(({ production }) => production.halt())],
  ["/-/devnet/resume", onPool(({ production }) => production.resume())],
  ["/-/devnet/epoch", ({ association }) => report(association.nextEpoch())],
  ["/-/devnet/freeze", onAccount((association, account) => association.freeze(account))],
  ["/-/devnet/unfreeze", onAccount((association, account) => association.unfreeze(account))],
  ["/-/devnet/add-validator", onAccount((association, account) => association.addValidator(account))],
  ["/-/devnet/remove-validator", onAccount((association, account) => association.removeValidator(account))],
  ["/-/devnet/block", ({ chain }) => writeJson({ version: chain.produceBlock().ledgerInfo.commitInfo.version })],
]);
