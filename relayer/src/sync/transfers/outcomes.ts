/** How each deposit ended, as the journal tells it. */
import type { JournalEntry } from "@pdiem/bridge-client/journal/journal";
import type { Progress, Range } from "@pdiem/bridge/ledger/ledger";
import { toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { CurrentLedger } from "../bridge/bridge-view.js";

/** Amounts in smallest units, as decimal text; accounts and hashes in hex. */
export type DepositEnd = { readonly batch: string; readonly block: number } & (
  | { readonly outcome: "minted"; readonly account: string; readonly amount: string; readonly asset: number }
  | { readonly outcome: "refunded"; readonly release: number; readonly amount: string }
  | { readonly outcome: "kept"; readonly reason: string }
);

type Mint = Extract<Call, { type: "mint" }>;
type Ended =
  | Omit<Extract<DepositEnd, { outcome: "minted" }>, "batch" | "block">
  | Omit<Extract<DepositEnd, { outcome: "refunded" }>, "batch" | "block">
  | Omit<Extract<DepositEnd, { outcome: "kept" }>, "batch" | "block">;

const contains = ({ from, to }: Range, number: bigint): boolean => from <= number && number < to;

const rangesBelow = ({ next, open }: Progress, end: bigint): readonly Range[] =>
  next < end ? [...open, { from: next, to: end }] : open;

/** Numbers open before a batch and done after it, in order. */
export const closedBetween = (before: Progress, after: Progress): readonly bigint[] => {
  const closed: bigint[] = [];
  for (const { from, to } of rangesBelow(before, after.next))
    for (let number = from; number < to; number++)
      if (!after.open.some((range) => contains(range, number))) closed.push(number);
  return closed;
};

const releasesByDeposit = (entry: JournalEntry): ReadonlyMap<bigint, { index: number; amount: bigint }> => {
  const { ledger, releases } = entry.step;
  const first = Number(ledger.releases.numLeaves) - releases.length;
  return new Map(
    releases.flatMap(({ origin, amount }, i) =>
      origin.type === "deposit" ? [[origin.value.number, { index: first + i, amount }] as const] : [],
    ),
  );
};

/** Mints are told in the order of the deposits, which relayers ask for by number; those of fees come after them. */
const endsOf = (before: Progress, entry: JournalEntry): ReadonlyMap<bigint, Ended> => {
  const releases = releasesByDeposit(entry);
  const kept = new Map(entry.step.kept.map(({ number, reason }) => [number, reason]));
  const mints = entry.calls.filter((call): call is Mint => call.type === "mint").values();
  const ends = new Map<bigint, Ended>();
  for (const number of closedBetween(before, entry.step.ledger.deposits)) {
    const release = releases.get(number);
    const reason = kept.get(number);
    if (release !== undefined)
      ends.set(number, { outcome: "refunded", release: release.index, amount: release.amount.toString() });
    else if (reason !== undefined) ends.set(number, { outcome: "kept", reason });
    else {
      const { value: mint } = mints.next();
      if (mint === undefined) continue;
      const { beneficiary, amount, asset } = mint;
      ends.set(number, { outcome: "minted", account: toHex(beneficiary), amount: amount.toString(), asset });
    }
  }
  return ends;
};

/** Ends of all deposits, by number; kept up as the ledger moves on. */
export interface Outcomes {
  readonly get: (number: bigint) => DepositEnd | undefined;
  /** The newest first. */
  readonly newest: (count: number) => readonly (readonly [bigint, DepositEnd])[];
  /** How many ended in each way. */
  readonly totals: () => ReadonlyMap<DepositEnd["outcome"], number>;
  /** Takes in what a later ledger in force adds; returns the numbers that ended since the last call. */
  readonly update: (current: CurrentLedger) => readonly bigint[];
}

export const createOutcomes = (): Outcomes => {
  const ends = new Map<bigint, DepositEnd>();
  const totals = new Map<DepositEnd["outcome"], number>();
  let taken = 0;
  return {
    get: (number) => ends.get(number),
    newest: (count) => [...ends].slice(-count).reverse(),
    totals: () => totals,
    update: ({ history, records }) => {
      const added: bigint[] = [];
      for (; taken < history.batches.length; taken++) {
        const entry = history.batches[taken];
        const before = history.batches[taken - 1];
        const record = entry === undefined ? undefined : records.get(toHex(entry.anchor));
        if (entry === undefined || before === undefined || record === undefined) continue;
        const where = { batch: toHex(record.hash), block: record.block };
        for (const [number, end] of endsOf(before.step.ledger.deposits, entry)) {
          ends.set(number, { ...end, ...where });
          totals.set(end.outcome, (totals.get(end.outcome) ?? 0) + 1);
          added.push(number);
        }
      }
      return added;
    },
  };
};
