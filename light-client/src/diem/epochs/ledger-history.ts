/**
 * The accumulator of all transactions, extended with what is trusted: an older history can't be
 * told then.
 */
import { equal } from "../../bytes.js";
import { ProofError } from "../../error.js";
import { hashTransactionAccumulatorNode } from "../hashing.js";
import {
  type AccumulatorConsistencyProof,
  accumulatorRoot,
  appendSubtrees,
  type FrozenAccumulator,
} from "../proofs/accumulator-append.js";
import type { EpochChangeProof } from "./epoch-change.js";
import type { LedgerUpdate } from "./ledger-way.js";
import type { WaypointFields } from "./waypoint.js";

/**
 * Answers to `get_state_proof` at the trusted version. The accumulator is optional, as servers up
 * to release 1.3 can't extend it page by page. Without `consistencyProof` from the start on, none
 * is kept. With it, a start from a waypoint needs `initialAccumulator`. It is at the first listed
 * ledger info's version (for genesis its root, 1 leaf).
 */
export interface StateProof extends LedgerUpdate {
  readonly consistencyProof?: AccumulatorConsistencyProof | undefined;
  readonly initialAccumulator?: FrozenAccumulator | undefined;
}

/** What keeps an accumulator, or doesn't. */
interface Kept {
  readonly accumulator: FrozenAccumulator | undefined;
}

/**
 * Finds the accumulator at a newer ledger info, where one is kept. `kept` is undefined at a
 * waypoint.
 */
export type ExtendHistory = (
  kept: Kept | undefined,
  proof: StateProof,
  target: WaypointFields,
) => FrozenAccumulator | undefined;

const fail = (code: string, message: string): never => {
  throw new ProofError(code, message);
};

const rootOf = (accumulator: FrozenAccumulator): Uint8Array =>
  accumulatorRoot(hashTransactionAccumulatorNode, accumulator);

const checkInitial = (accumulator: FrozenAccumulator, { ledgerInfos }: EpochChangeProof): FrozenAccumulator => {
  const first = ledgerInfos[0]?.ledgerInfo.commitInfo;
  if (first === undefined || first.version !== accumulator.numLeaves - 1n)
    return fail("proof/initial-accumulator", "expected an accumulator at the version of the first listed ledger info");
  if (!equal(rootOf(accumulator), first.executedStateId))
    fail("proof/initial-accumulator", "the initial accumulator has another root than the first listed ledger info");
  return accumulator;
};

const startingAccumulator = (kept: Kept | undefined, proof: StateProof): FrozenAccumulator | undefined => {
  if (kept !== undefined) return kept.accumulator;
  if (proof.consistencyProof === undefined) return undefined;
  const initial =
    proof.initialAccumulator ??
    fail("proof/initial-accumulator", "expected an initial accumulator with a consistency proof from a waypoint");
  return checkInitial(initial, proof.epochChangeProof);
};

/**
 * Extends the accumulator of a trusted state to a newer version, where one is kept.
 * @throws ProofError `proof/consistency`, `proof/initial-accumulator`, or of `appendSubtrees`
 */
export const extendHistory: ExtendHistory = (kept, proof, target) => {
  const start = startingAccumulator(kept, proof);
  if (start === undefined) return undefined;
  const { subtrees } =
    proof.consistencyProof ??
    fail("proof/consistency", "expected a consistency proof, as the trusted state keeps the accumulator");
  const newLeaves = target.version + 1n - start.numLeaves;
  const extended = appendSubtrees(hashTransactionAccumulatorNode, start, subtrees, newLeaves);
  if (!equal(rootOf(extended), target.executedStateId))
    fail("proof/consistency", `the consistency proof doesn't lead to the accumulator at version ${target.version}`);
  return extended;
};
