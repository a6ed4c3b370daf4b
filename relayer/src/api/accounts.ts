import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { depositAddress, rawDepositMetadata } from "@pdiem/bridge-client/deposit/deposit-address";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import { ensureJob, type Queues } from "../jobs/jobs.js";
import { progressOf } from "../jobs/progress.js";
import { registeredIndex } from "../jobs/registration-processor.js";
import { expectSpendable } from "../spendable.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { registrationId } from "../sync/transfers/transfer-id.js";
import { type AccountView, accountView } from "../views/account-view.js";
import { type AtWork, currentOf, type Followed } from "./at-work.js";
import { get, post } from "./route.js";

export interface AccountParts extends Followed {
  readonly config: BridgeConfig;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
  readonly queues: Pick<Queues, "registration">;
  readonly pollSoon: () => void;
}

const named = z.strictObject({ account: z.string().max(200) });

const registration = (config: BridgeConfig, { history }: CurrentLedger, index: number) => {
  const { ledger, trees } = history;
  return {
    index,
    address: depositAddress(config, BigInt(index)),
    proof: {
      path: trees.accounts.path(BigInt(index)).map(toHex),
      ledger: toHex(encode(ledgerCodec, ledger)),
    },
  };
};

const viewAccount = async (parts: AccountParts, current: CurrentLedger, account: Uint8Array): Promise<AccountView> => {
  const name = toHex(account);
  const index = registeredIndex(parts, name);
  const view = { account: name, rawMetadata: toHex(rawDepositMetadata(account)) };
  if (index !== undefined) return { ...view, registered: registration(parts.config, current, index) };
  const job = await parts.queues.registration.getJob(registrationId(name));
  const waitingFor = job === undefined ? undefined : (progressOf(job).waitingFor ?? "a batch that registers it");
  return waitingFor === undefined ? view : { ...view, waitingFor };
};

/**
 * Serves registrations. `POST /accounts {account}` asks for one; asking again is harmless.
 * `GET /accounts/:account` shows one.
 */
export const accountRoutes = (app: FastifyInstance, work: AtWork<AccountParts>): void => {
  const register = async (account: Uint8Array, reply: FastifyReply): Promise<AccountView> => {
    const parts = work();
    const current = currentOf(parts);
    const name = toHex(account);
    expectSpendable(parts.config, account, "a beneficiary", parts.issuer);
    if (registeredIndex(parts, name) === undefined) {
      await ensureJob(parts.queues.registration, registrationId(name), { account: name });
      parts.pollSoon();
      reply.status(202);
    }
    return viewAccount(parts, current, account);
  };
  post(
    app,
    "/accounts",
    {
      summary: "Registers an account for a deposit address",
      tag: "transfers",
      body: named,
      answers: { 200: accountView, 202: accountView },
    },
    ({ body, reply }) => register(parseAccountId(body.account), reply),
  );
  get(
    app,
    "/accounts/:account",
    { summary: "Shows an account's deposit address", tag: "transfers", params: named, answers: { 200: accountView } },
    ({ params }) => {
      const parts = work();
      return viewAccount(parts, currentOf(parts), parseAccountId(params.account));
    },
  );
};
