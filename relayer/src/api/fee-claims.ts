import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { FeeClaims } from "../stores/fee-claims.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { type FeesView, feesView } from "../views/fees-view.js";
import { type AtWork, currentOf, type Followed } from "./at-work.js";
import { get, post } from "./route.js";

export interface FeeParts extends Followed {
  readonly config: BridgeConfig;
  readonly feeClaims: Pick<FeeClaims, "add" | "all">;
  readonly pollSoon: () => void;
}

const body = z.strictObject({ currencies: z.array(z.string().max(32)).min(1).max(64) });

const accruedOf = ({ currencies }: BridgeConfig, { history }: CurrentLedger, code: string): bigint | undefined =>
  history.ledger.currencies[currencies.findIndex((currency) => currency.code === code)]?.fees;

const checkClaim = (config: BridgeConfig, current: CurrentLedger, code: string): void => {
  const accrued = accruedOf(config, current, code);
  if (accrued === undefined)
    throw new PdiemError("refused/unknown-currency", `expected a bridged currency, got ${code}`, "never");
  if (accrued === 0n) throw new PdiemError("refused/no-fees", `expected fees of ${code}, none have accrued`, "later");
};

const viewFees = async ({ config, feeClaims }: FeeParts, current: CurrentLedger): Promise<FeesView> => {
  const claims = await feeClaims.all();
  return {
    feeAccount: toHex(config.feeAccount),
    currencies: config.currencies.map(({ code }) => {
      const claim = claims.find((one) => one.code === code);
      return {
        code,
        accrued: (accruedOf(config, current, code) ?? 0n).toString(),
        isClaimed: claim !== undefined,
        ...(claim?.waitingFor === undefined ? {} : { waitingFor: claim.waitingFor }),
      };
    }),
  };
};

/**
 * Serves accrued fees. `POST /fee-claims {currencies}` has the next batch mint them to the fee
 * account. It is a batch of its own if nothing else waits; doing so again is harmless. `GET
 * /fee-claims` shows what has accrued.
 */
export const feeRoutes = (app: FastifyInstance, work: AtWork<FeeParts>): void => {
  get(app, "/fee-claims", { summary: "Shows accrued fees", tag: "operator", answers: { 200: feesView } }, () => {
    const parts = work();
    return viewFees(parts, currentOf(parts));
  });
  const claim = async (currencies: readonly string[], reply: FastifyReply): Promise<FeesView> => {
    const parts = work();
    const current = currentOf(parts);
    for (const code of currencies) checkClaim(parts.config, current, code);
    await parts.feeClaims.add(currencies);
    parts.pollSoon();
    reply.status(202);
    return viewFees(parts, current);
  };
  post(
    app,
    "/fee-claims",
    {
      summary: "Has the next batch mint accrued fees to the fee account",
      tag: "operator",
      access: "operate",
      body,
      answers: { 202: feesView },
    },
    ({ body: { currencies }, reply }) => claim(currencies, reply),
  );
};
