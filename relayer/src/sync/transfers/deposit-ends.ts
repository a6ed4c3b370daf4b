/** How each deposit ended, derived from the journal: its entries tell no calls. */
import { type JournalEntry, numbersOf } from "@pdiem/bridge/ledger/journal-entry";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { type BatchPlace, newBatches } from "../journal/new-batches.js";

/** Amounts in smallest units, as decimal text. For whom and how much was minted, see `mintOf`. */
export type DepositEnd = BatchPlace &
  (
    | { readonly outcome: "minted" }
    | { readonly outcome: "refunded"; readonly release: number; readonly amount: string }
    | { readonly outcome: "kept" }
  );

/** Ends of all deposits, by number; kept up as the ledger moves on. */
export interface DepositEnds {
  readonly get: (number: bigint) => DepositEnd | undefined;
  /** Lists the newest first. */
  readonly newest: (count: number) => readonly (readonly [bigint, DepositEnd])[];
  /** Lists all in the order in which batches settled them: it only grows. */
  readonly inOrder: () => readonly (readonly [bigint, DepositEnd])[];
  /** Counts how many ended in each way. */
  readonly totals: () => ReadonlyMap<DepositEnd["outcome"], number>;
  /**
   * Takes in what a later ledger in force adds; returns the numbers that ended since the last
   * call.
   */
  readonly update: (current: CurrentLedger) => readonly bigint[];
}

const numbersBetween = (from: bigint, to: bigint): readonly bigint[] =>
  Array.from({ length: Number(to - from) }, (_, i) => from + BigInt(i));

/**
 * Lists the deposits that end with a batch: those taken up that neither wait, and those that
 * waited until now.
 */
export const endedIn = (
  before: Pick<JournalEntry, "ledger">,
  { ledger, waiting, cleared }: JournalEntry,
  leaves: History["waiting"],
): readonly bigint[] => {
  const waits = new Set(numbersOf(waiting.deposits));
  const taken = numbersBetween(before.ledger.deposits, ledger.deposits).filter((number) => !waits.has(number));
  const waited = cleared.flatMap((index) => {
    const leaf = leaves[Number(index)];
    return leaf?.type === "deposit" ? [leaf.value] : [];
  });
  return [...waited, ...taken];
};

type Refund = Omit<Extract<DepositEnd, { outcome: "refunded" }>, keyof BatchPlace>;

const refundsIn = ({ ledger, releases }: JournalEntry): ReadonlyMap<bigint, Refund> => {
  const first = Number(ledger.releases.numLeaves) - releases.length;
  return new Map(
    releases.flatMap(({ origin, amount }, i) =>
      origin.type === "deposit"
        ? [[origin.value.number, { outcome: "refunded", release: first + i, amount: amount.toString() }] as const]
        : [],
    ),
  );
};

/** Tells how the deposits ended that end with a batch, in the order in which it settles them. */
export const depositEndsIn = (
  before: Pick<JournalEntry, "ledger">,
  entry: JournalEntry,
  leaves: History["waiting"],
  where: BatchPlace,
): readonly (readonly [bigint, DepositEnd])[] => {
  const refunds = refundsIn(entry);
  const kept = new Set(numbersOf(entry.kept));
  return endedIn(before, entry, leaves).map((number) => {
    const refund = refunds.get(number);
    if (refund !== undefined) return [number, { ...refund, ...where }];
    return [number, { outcome: kept.has(number) ? "kept" : "minted", ...where }];
  });
};

export const createDepositEnds = (): DepositEnds => {
  const ends = new Map<bigint, DepositEnd>();
  const order: (readonly [bigint, DepositEnd])[] = [];
  const totals = new Map<DepositEnd["outcome"], number>();
  const next = newBatches();
  return {
    get: (number) => ends.get(number),
    newest: (count) => order.slice(-count).reverse(),
    inOrder: () => order,
    totals: () => totals,
    update: (current) => {
      const added = next(current).flatMap(({ entry, before, where }) =>
        before === undefined ? [] : depositEndsIn(before, entry, current.history.waiting, where),
      );
      for (const [number, end] of added) {
        ends.set(number, end);
        order.push([number, end]);
        totals.set(end.outcome, (totals.get(end.outcome) ?? 0) + 1);
      }
      return added.map(([number]) => number);
    },
  };
};
