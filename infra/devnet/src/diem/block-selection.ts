/**
 * Selects the waiting transactions that go into a block, and their order. Source: diem/diem
 * mempool/src/core_mempool/{index,mempool}.rs.
 */

import type { SignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { compare } from "@pdiem/light-client/bytes";

export interface WaitingTransaction {
  readonly transaction: SignedTransaction;
  readonly admittedUsecs: bigint;
}

interface Candidate extends WaitingTransaction {
  readonly run: number;
  readonly place: number;
}

const compareBigints = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));

/** The higher price first, then who came first. */
const byPriority = (a: Candidate, b: Candidate): number => {
  const [rawA, rawB] = [a.transaction.rawTransaction, b.transaction.rawTransaction];
  return (
    compareBigints(rawB.gasUnitPrice, rawA.gasUnitPrice) ||
    compareBigints(a.admittedUsecs, b.admittedUsecs) ||
    compare(rawB.sender, rawA.sender) ||
    a.place - b.place
  );
};

/**
 * Picks at most `limit` transactions, whose order respects each sender's.
 * @param runs each sender's next transactions in rising order, without a gap
 */
export const selectForBlock = (
  runs: readonly (readonly WaitingTransaction[])[],
  limit: number,
): readonly SignedTransaction[] => {
  const candidates = runs
    .flatMap((entries, run) => entries.map((entry, place): Candidate => ({ ...entry, run, place })))
    .sort(byPriority);
  const passed = runs.map(() => new Set<number>());
  const taken = runs.map(() => 0);
  const selected: SignedTransaction[] = [];
  for (const { run, place } of candidates) {
    passed[run]?.add(place);
    // Those passed over before go in as soon as what they wait for has.
    for (let next = taken[run] ?? 0; passed[run]?.has(next) === true; next = taken[run] ?? 0) {
      if (selected.length >= limit) return selected;
      const entry = runs[run]?.[next];
      if (entry !== undefined) selected.push(entry.transaction);
      taken[run] = next + 1;
    }
  }
  return selected;
};
