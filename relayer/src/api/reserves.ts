import type { FastifyInstance } from "fastify";
import { monotonicNow } from "../clock.js";
import type { ReservesKeeper } from "../simulate/prove-reserves.js";
import { type ReservesView, reservesView, viewReserves } from "../views/reserves-view.js";
import { type AtWork, currentOf, type Followed, viewOf } from "./at-work.js";
import { get } from "./route.js";

export interface ReservesParts extends Followed {
  readonly reserves: ReservesKeeper;
}

/** Diem goes on without the parachain. */
const FRESH_MS = 5_000;

const reservesNow = async (parts: ReservesParts): Promise<ReservesView> => {
  const { reserves } = parts;
  const latest = reserves.latest();
  const { block } = viewOf(parts);
  const isFresh = latest !== undefined && latest.block >= block.number && monotonicNow() - latest.at < FRESH_MS;
  return viewReserves(isFresh ? latest : await reserves.prove(currentOf(parts)));
};

/**
 * Serves custody's balance against all that is owed, as this relayer has proven it, at `GET
 * /reserves`.
 */
export const reservesRoutes = (app: FastifyInstance, work: AtWork<ReservesParts>): void => {
  get(
    app,
    "/reserves",
    {
      summary: "Shows custody's balance against all that is owed, as this relayer has proven it",
      tag: "bridge",
      cost: "costly",
      answers: { 200: reservesView },
    },
    () => reservesNow(work()),
  );
};
