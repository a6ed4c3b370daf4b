/**
 * Proof that GRANDPA authorities finalized two forks, which fewer than a third of bad ones can't
 * do.
 */
import { equal, toHex } from "../../bytes.js";
import { type Decoded, struct, u64, vector } from "../../codec/scale.js";
import { verifyStrict } from "../../crypto/ed25519.js";
import { ProofError } from "../../error.js";
import { linkAncestors } from "./ancestry.js";
import type { AuthoritySet } from "./authority-set.js";
import { isSameVote, votesByAuthority } from "./ballot.js";
import { header, headerHash } from "./header.js";
import { type Justification, justification, type SignedPrecommit } from "./justification.js";
import { voteMessage } from "./vote-signature.js";
import { verifyJustification } from "./vote-tally.js";

const MAX_HEADERS = 4096;

const setJustification = struct({ setId: u64, justification });
export type SetJustification = Decoded<typeof setJustification>;

export const finalityConflict = struct({
  /** Finalizes a block. */
  lower: setJustification,
  /** Finalizes a block at the same height or above. */
  higher: setJustification,
  /**
   * Lead from the block after the lower one's height to the higher one, oldest first; none at the
   * same height.
   */
  headers: vector(header, MAX_HEADERS),
});
export type FinalityConflict = Decoded<typeof finalityConflict>;

const noConflict = (expected: string): never => {
  throw new ProofError("proof/no-conflict", `expected ${expected}`);
};

/** Finds the hash of the higher block's ancestor, or of itself, at the lower one's height. */
const hashAtLowerHeight = ({ lower, higher, headers }: FinalityConflict): Uint8Array => {
  const { targetNumber, targetHash } = higher.justification.commit;
  const height = lower.justification.commit.targetNumber;
  const top = headers.at(-1);
  const [bottom] = headers;
  if (top === undefined || bottom === undefined)
    return targetNumber === height ? targetHash : noConflict("headers between two blocks of different heights");
  if (!equal(headerHash(top), targetHash) || top.number !== targetNumber)
    return noConflict(`headers that end with block ${targetNumber} 0x${toHex(targetHash)}`);
  linkAncestors(top, headers.slice(0, -1));
  return bottom.number === height + 1
    ? bottom.parentHash
    : noConflict(`headers from block ${height + 1} on, got ${bottom.number}`);
};

/**
 * Checks that two justifications finalize blocks neither of which is the other's ancestor.
 * @param setOf the authority set of that id, if it is one to go by
 * @throws ProofError `proof/no-conflict`, `proof/unknown-set`, `proof/ancestry`, or of
 * `verifyJustification`
 */
export const verifyFinalityConflict = (
  setOf: (setId: bigint) => AuthoritySet | undefined,
  conflict: FinalityConflict,
): void => {
  if (equal(hashAtLowerHeight(conflict), conflict.lower.justification.commit.targetHash))
    noConflict("two blocks of different forks");
  for (const { setId, justification: votes } of [conflict.lower, conflict.higher]) {
    const set = setOf(setId);
    if (set === undefined)
      throw new ProofError("proof/unknown-set", `expected justifications of known authority sets, got set ${setId}`);
    verifyJustification(set, votes);
  }
};

/** Two votes of one authority in one round. */
export interface Equivocation {
  readonly first: SignedPrecommit;
  readonly second: SignedPrecommit;
}

/** Votes of one authority that are looked at: enough for what honest nodes pass on. */
const MAX_VOTES = 4;

/**
 * Finds authorities of the set that validly voted for two blocks in the justification's round, once
 * each. One such does no harm: to be reported, not to be acted upon.
 */
export const findEquivocations = (
  { setId, authorities }: AuthoritySet,
  { round, commit }: Justification,
): readonly Equivocation[] => {
  const grouped = votesByAuthority(commit.precommits);
  return authorities.flatMap(({ id }) => {
    const votes = (grouped.get(toHex(id)) ?? []).slice(0, MAX_VOTES);
    const [any] = votes;
    if (any === undefined || votes.every((vote) => isSameVote(any, vote))) return [];
    const valid = votes.filter(({ precommit, signature }) =>
      verifyStrict(id, voteMessage(precommit, round, setId), signature),
    );
    const [first] = valid;
    const second = first && valid.find((vote) => !isSameVote(first, vote));
    return first === undefined || second === undefined ? [] : [{ first, second }];
  });
};
