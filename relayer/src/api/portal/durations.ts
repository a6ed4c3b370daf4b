/** How long transfers took: measured, so that nobody has to guess. */
import type { FastifyInstance } from "fastify";
import { type DurationsView, durationsView } from "../../views/durations-view.js";
import type { TransferView } from "../../views/transfer-view.js";
import type { AtWork } from "../at-work.js";
import { get } from "../route.js";
import { endedTransfers, type TransferParts, viewTransfers } from "../view-transfer.js";

/** How many that ended last count. Fewer than these few say nothing. */
const LAST = 200;
const FEWEST = 5;
const FRESH_MS = 15_000;

const durationOf = ({ at, result }: TransferView): number | undefined =>
  result === undefined || at?.seen === undefined || at.finalized === undefined ? undefined : at.finalized - at.seen;

/** Gives the value that a share of them doesn't exceed. */
const percentile = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Computes how long transfers of a kind took, those that tell it. */
export const durationsOf = (views: readonly TransferView[], kind: TransferView["kind"]): DurationsView["deposit"] => {
  const took = views.flatMap((view) => (view.kind === kind ? (durationOf(view) ?? []) : []));
  const sorted = took.sort((a, b) => a - b);
  const [p50, p95] = [percentile(sorted, 0.5), percentile(sorted, 0.95)];
  if (sorted.length < FEWEST || p50 === undefined || p95 === undefined) return { count: sorted.length };
  return { count: sorted.length, p50, p95 };
};

/** Serves measured times at `GET /api/v1/durations`. */
export const durationRoutes = (app: FastifyInstance, work: AtWork<TransferParts>): void => {
  let known: { readonly at: number; readonly view: DurationsView } | undefined;
  const measure = async (parts: TransferParts): Promise<DurationsView> => {
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.view;
    const views = await viewTransfers(parts, endedTransfers(parts, LAST));
    const found = views.filter((view) => view !== undefined);
    const view = { deposit: durationsOf(found, "deposit"), withdrawal: durationsOf(found, "withdrawal") };
    known = { at: performance.now(), view };
    return view;
  };
  get(
    app,
    "/durations",
    { summary: "Shows how long the last transfers took", tag: "bridge", answers: { 200: durationsView } },
    () => measure(work()),
  );
};
