/** The chain of decisions: all that were ever taken up, so that none can be replayed, forgotten or undone. */
import { concat, equal, utf8 } from "@pdiem/light-client/bytes";
import { bool, type Codec, encode, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { RefusedError } from "../error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Step } from "../ledger/journal-entry.js";
import { type Decision, decision } from "./decision.js";

/** A decision and its batch: the proven time and worked time of the ledger that it made, ms, and whether it thawed. */
export interface SettledDecision {
  readonly decision: Decision;
  readonly time: bigint;
  readonly worked: bigint;
  readonly thawed: boolean;
}

/** The decisions that a batch took up. */
export const decisionsOf = ({ ledger: { time, worked }, decisions, thawed }: Step): readonly SettledDecision[] =>
  decisions.map(({ decision }) => ({ decision, time, worked, thawed }));

/** Far above what guardians decide in the life of a bridge. */
const MAX_DECISIONS = 16_384;

const settledDecision: Codec<SettledDecision> = struct<SettledDecision>({
  decision,
  time: u64,
  worked: u64,
  thawed: bool,
});

/** All decisions so far, oldest first: what requests carry. */
export const settledDecisions: Codec<readonly SettledDecision[]> = vector(settledDecision, MAX_DECISIONS);

const START_TAG = utf8("pdiem/decisions/v1");
const LINK_TAG = utf8("pdiem/decision-link/v1");

/** Of a ledger before any decision. */
export const NO_DECISIONS: Ledger["decisions"] = { count: 0n, hash: blake2b256(START_TAG) };

/** The chain with more decisions. */
export const appendDecisions = (
  before: Ledger["decisions"],
  settled: readonly SettledDecision[],
): Ledger["decisions"] =>
  settled.reduce(
    ({ count, hash }, one) => ({
      count: count + 1n,
      hash: blake2b256(concat(LINK_TAG, hash, encode(settledDecision, one))),
    }),
    before,
  );

/**
 * Checks that these are all the decisions that the ledger stands for, as they were taken up.
 * @throws RefusedError `refused/decisions`
 */
export const checkDecisions = (decisions: readonly SettledDecision[], { count, hash }: Ledger["decisions"]): void => {
  const told = appendDecisions(NO_DECISIONS, decisions);
  if (told.count !== count || !equal(told.hash, hash))
    throw new RefusedError(
      "refused/decisions",
      `expected the ${count} decisions of the ledger in force, got ${told.count} that lead elsewhere: follow the journal`,
    );
};
