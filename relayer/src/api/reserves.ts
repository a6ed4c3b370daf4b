import type { FastifyInstance } from "fastify";
import type { ProvenReserves } from "../simulate/prove-reserves.js";
import type { Running } from "../running.js";
import { contextOf, inForceOf, viewOf } from "./context.js";

/** Amounts are decimal strings in smallest units. */
export const formatReserves = ({ reserves, block, diemVersion, at }: ProvenReserves) => ({
  isCovered: reserves.every(({ isCovered }) => isCovered),
  block,
  diemVersion: diemVersion.toString(),
  provenAt: new Date(at).toISOString(),
  currencies: reserves.map(({ currency, custody, supply, unpaid, fees, surplus, isCovered }) => ({
    currency,
    custody: custody.toString(),
    supply: supply.toString(),
    unpaid: unpaid.toString(),
    fees: fees.toString(),
    surplus: surplus.toString(),
    isCovered,
  })),
});

/** Diem goes on without the parachain. */
const FRESH_MS = 5_000;

/** `GET /api/reserves`: custody's balance against all that is owed, as this relayer has proven it. */
export const reservesRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/api/reserves", async () => {
    const { reserves } = contextOf(running);
    const latest = reserves.latest();
    const { block } = viewOf(running);
    const isFresh = latest !== undefined && latest.block >= block.number && Date.now() - latest.at < FRESH_MS;
    return formatReserves(isFresh ? latest : await reserves.prove(inForceOf(running)));
  });
};
