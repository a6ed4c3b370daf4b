/** What became of releases whose payments aborted, derived from the journal (PROTOCOL 4). */
import type { JournalEntry } from "@pdiem/bridge/ledger/journal-entry";
import type { Release } from "@pdiem/bridge/ledger/release";
import type { History } from "@pdiem/bridge-client/journal/history";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { type BatchPlace, newBatches } from "../journal/new-batches.js";

/** Amounts in smallest units, as decimal text; accounts in hex. */
export type AbortedOutcome =
  | { readonly type: "given-back"; readonly to: string; readonly amount: string }
  /** A refund, owed again as another release. */
  | { readonly type: "released-anew"; readonly release: number };
export type AbortedEnd = BatchPlace & AbortedOutcome;

export interface ReleaseEnds {
  /** Finds an end; undefined for a release that waits, was paid, or isn't folded yet. */
  readonly get: (index: bigint) => AbortedEnd | undefined;
  /**
   * Takes in what a later ledger in force adds; returns the releases that ended since the last
   * call.
   */
  readonly update: (current: CurrentLedger) => readonly bigint[];
}

const isSameRefund = (a: Release, b: Release): boolean =>
  a.origin.type === "deposit" &&
  b.origin.type === "deposit" &&
  a.origin.value.number === b.origin.value.number &&
  a.amount === b.amount &&
  equal(a.payee, b.payee);

const outcomeOf = ({ ledger, releases }: JournalEntry, release: Release): AbortedOutcome | undefined => {
  if (release.origin.type === "withdrawal")
    return {
      type: "given-back",
      to: toHex(release.origin.value.refundAccount),
      amount: release.amount.toString(),
    };
  const place = releases.findIndex((one) => isSameRefund(one, release));
  const first = Number(ledger.releases.numLeaves) - releases.length;
  return place < 0 ? undefined : { type: "released-anew", release: first + place };
};

/** Tells how the aborted releases ended that a batch clears. */
export const abortedEndsIn = (
  entry: JournalEntry,
  { waiting, releases }: Pick<History, "waiting" | "releases">,
  where: BatchPlace,
): readonly (readonly [bigint, AbortedEnd])[] =>
  entry.cleared.flatMap((leafIndex) => {
    const leaf = waiting[Number(leafIndex)];
    const release = leaf?.type === "release" ? releases[Number(leaf.value)] : undefined;
    const end = release === undefined ? undefined : outcomeOf(entry, release);
    return leaf === undefined || end === undefined ? [] : [[leaf.value, { ...end, ...where }] as const];
  });

export const createReleaseEnds = (): ReleaseEnds => {
  const ends = new Map<bigint, AbortedEnd>();
  const next = newBatches();
  return {
    get: (index) => ends.get(index),
    update: (current) => {
      const added = next(current).flatMap(({ entry, where }) => abortedEndsIn(entry, current.history, where));
      for (const [index, end] of added) ends.set(index, end);
      return added.map(([index]) => index);
    },
  };
};
