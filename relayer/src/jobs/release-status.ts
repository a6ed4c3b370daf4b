import type { History } from "@pdiem/bridge-client/journal/history";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";

/**
 * What has become of a release: `aborted` waits to be given back, or for a refund to be released
 * anew.
 */
export type ReleaseStatus = "owed" | "paid" | "aborted" | "done";

const abortedOf = new WeakMap<History["waiting"], ReadonlyMap<bigint, bigint>>();

/** Leaves of aborted releases by the releases' indexes. */
const abortedLeaves = (waiting: History["waiting"]): ReadonlyMap<bigint, bigint> => {
  const known =
    abortedOf.get(waiting) ??
    new Map(waiting.flatMap(({ type, value }, i) => (type === "release" ? [[value, BigInt(i)] as const] : [])));
  abortedOf.set(waiting, known);
  return known;
};

/**
 * Tells what has become of a release, by the journal and by custody's proven payments.
 * `done`: its payment aborted, and a batch has given the money back or released it anew since.
 */
export const releaseStatus = (
  { ledger, waiting, cleared }: Pick<History, "ledger" | "waiting" | "cleared">,
  payouts: Pick<PayoutWatch, "get">,
  index: bigint,
): ReleaseStatus => {
  if (payouts.get(index) !== undefined) return "paid";
  if (index >= ledger.paid.releases) return "owed";
  const leaf = abortedLeaves(waiting).get(index);
  if (leaf === undefined) return "paid";
  return cleared.has(leaf) ? "done" : "aborted";
};
