import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/addresses";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import type { BridgeContext } from "../jobs/bridge-context.js";
import { parsePayee } from "../chains/diem/payee.js";
import type { BridgeView } from "../sync/bridge/bridge-view.js";
import type { WithdrawalAccount } from "../sync/transfers/withdrawal-accounts.js";
import type { Running } from "../running.js";
import { contextOf, viewOf } from "./context.js";
import { parseRequest } from "./parse-request.js";

/** Where to send wrapped asset for it to be paid on Diem. Bytes are hex without prefix, amounts decimal strings. */
export const withdrawalView = z.object({
  /** The parachain account: it has no key, and what is sent to it is for this payee alone. */
  account: z.string(),
  payee: z.string(),
  subaddress: z.string().optional(),
  refundAccount: z.string().optional(),
  /**
   * Of the parachain's native token, as a node says: unproven. Too little and the batch with the transfer fails whole; more
   * than needed stays on the account for good.
   */
  existentialDeposit: z
    .string()
    .regex(/^[0-9]{1,39}$/)
    .optional(),
  currencies: z.array(
    z.object({
      code: z.string(),
      assetId: z.int(),
      minimum: z.string(),
      maximum: z.string(),
      fee: z.string(),
      /** Where it isn't, the account must first be given the parachain's existential deposit. */
      isSufficient: z.boolean(),
      /** As last proven. */
      balance: z.string(),
      /** Of the transfer that the account's balance, or what is sent to it next, belongs to. */
      transfer: z.string(),
    }),
  ),
});

export type WithdrawalView = z.output<typeof withdrawalView>;

const body = z.strictObject({
  payee: z.string().max(200),
  refundAccount: z.string().max(200).optional(),
});
const params = z.object({ account: z.string().max(200) });
const query = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });

/** More than anybody watches on purpose. What isn't taken here is still found in blocks, next to its transfer. */
const MOST_ACCOUNTS = 100_000;

const viewAccount = (
  { config, connection, withdrawals, withdrawalEnds }: BridgeContext,
  view: BridgeView,
  { account, preimage }: WithdrawalAccount,
): WithdrawalView => {
  const { payee, subaddress, refundAccount } = preimage;
  const name = toHex(account);
  const existentialDeposit = connection.existentialDeposit();
  const held = withdrawals.holdings().filter((holding) => toHex(holding.account) === name);
  return {
    account: name,
    payee: toHex(payee),
    ...(subaddress === undefined ? {} : { subaddress: toHex(subaddress) }),
    ...(refundAccount === undefined ? {} : { refundAccount: toHex(refundAccount) }),
    ...(existentialDeposit === undefined ? {} : { existentialDeposit: existentialDeposit.toString() }),
    currencies: config.currencies.map(({ code, assetId, minimum, maximum, fees }, i) => ({
      code,
      assetId,
      minimum: minimum.toString(),
      maximum: maximum.toString(),
      fee: fees.withdrawal.toString(),
      isSufficient: view.assets[i]?.isSufficient ?? false,
      balance: (held.find(({ currency }) => currency === code)?.balance ?? 0n).toString(),
      transfer: withdrawalEnds.nextId(account, code),
    })),
  };
};

const readPreimage = (context: BridgeContext, value: unknown): WithdrawalPreimage => {
  const { payee, refundAccount } = parseRequest(body, value);
  return {
    ...parsePayee(context.config.diem.hrp, payee),
    refundAccount: refundAccount === undefined ? undefined : parseAccountId(refundAccount),
  };
};

/**
 * `POST /api/withdrawals {payee, refundAccount?}` makes a withdrawal account known; doing so again is harmless.
 * `GET /api/withdrawals?limit=` lists those known, the newest first; `GET /api/withdrawals/:account` is one.
 */
export const withdrawalRoutes = (app: FastifyInstance, running: Running): void => {
  app.post("/api/withdrawals", async (request) => {
    const context = contextOf(running);
    const view = viewOf(running);
    const preimage = readPreimage(context, request.body);
    if (context.withdrawalAccounts.all().length >= MOST_ACCOUNTS)
      throw new PdiemError(
        "relayer/full",
        "too many withdrawal accounts are watched: send the preimage as a system.remark with the transfer instead",
        "backoff",
      );
    const accounts = await context.withdrawalAccounts.present([preimage]);
    running.work()?.watch.wake();
    return accounts.map((account) => viewAccount(context, view, account))[0];
  });
  app.get("/api/withdrawals", (request) => {
    const context = contextOf(running);
    const view = viewOf(running);
    const { limit } = parseRequest(query, request.query);
    const accounts = context.withdrawalAccounts.all();
    const newest = accounts.slice(-limit).reverse();
    return { accounts: newest.map((account) => viewAccount(context, view, account)), known: accounts.length };
  });
  app.get("/api/withdrawals/:account", (request) => {
    const context = contextOf(running);
    const { account } = parseRequest(params, request.params);
    const known = context.withdrawalAccounts.get(toHex(parseAccountId(account)));
    if (known === undefined)
      throw new PdiemError(
        "withdrawal/unknown",
        "this withdrawal account isn't known here: present its payee and refund account again",
        "later",
      );
    return viewAccount(context, viewOf(running), known);
  });
};
