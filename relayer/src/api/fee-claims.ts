import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { BridgeContext } from "../jobs/bridge-context.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import type { Running } from "../running.js";
import { contextOf, inForceOf } from "./context.js";
import { parseRequest } from "./parse-request.js";

/** Fees that nobody has claimed yet, by the ledger in force. Bytes are hex without prefix, amounts decimal strings. */
export const feesView = z.object({
  /** The parachain account that fees are minted to, and no other. */
  feeAccount: z.string(),
  currencies: z.array(
    z.object({
      code: z.string(),
      accrued: z.string(),
      /** Whether a batch is to mint them. */
      isClaimed: z.boolean(),
      /** Why the last batch didn't. */
      waitingFor: z.string().optional(),
    }),
  ),
});

export type FeesView = z.output<typeof feesView>;

const body = z.strictObject({ currencies: z.array(z.string().max(32)).min(1).max(64) });

const accruedOf = ({ config }: BridgeContext, { history }: CurrentLedger, code: string): bigint | undefined =>
  history.ledger.currencies[config.currencies.findIndex((currency) => currency.code === code)]?.fees;

const checkClaim = (context: BridgeContext, current: CurrentLedger, code: string): void => {
  const accrued = accruedOf(context, current, code);
  if (accrued === undefined)
    throw new PdiemError("refused/unknown-currency", `expected a bridged currency, got ${code}`, "never");
  if (accrued === 0n) throw new PdiemError("refused/no-fees", `expected fees of ${code}, none have accrued`, "later");
};

const viewFees = async (context: BridgeContext, current: CurrentLedger): Promise<FeesView> => {
  const claims = await context.feeClaims.all();
  return {
    feeAccount: toHex(context.config.feeAccount),
    currencies: context.config.currencies.map(({ code }) => {
      const claim = claims.find((one) => one.code === code);
      return {
        code,
        accrued: (accruedOf(context, current, code) ?? 0n).toString(),
        isClaimed: claim !== undefined,
        ...(claim?.waitingFor === undefined ? {} : { waitingFor: claim.waitingFor }),
      };
    }),
  };
};

/**
 * `POST /api/fee-claims {currencies}` has the next batch mint what has accrued to the fee account, a batch of its own if
 * nothing else waits; doing so again is harmless. `GET /api/fee-claims` shows what has accrued.
 */
export const feeRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/api/fee-claims", () => viewFees(contextOf(running), inForceOf(running)));
  app.post("/api/fee-claims", async (request, reply) => {
    const { currencies } = parseRequest(body, request.body);
    const context = contextOf(running);
    const current = inForceOf(running);
    for (const code of currencies) checkClaim(context, current, code);
    await context.feeClaims.add(currencies);
    running.work()?.watch.wake();
    reply.status(202);
    return viewFees(context, current);
  });
};
