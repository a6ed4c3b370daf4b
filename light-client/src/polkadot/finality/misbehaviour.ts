/** Proof that GRANDPA authorities finalized two forks, which fewer than a third of bad ones can't do. */
import { equal, toHex } from "../../bytes.js";
import { type Codec, struct, u64, vector } from "../../codec/scale.js";
import { verifyStrict } from "../../crypto/ed25519.js";
import { ProofError } from "../../error.js";
import { linkAncestors } from "./ancestry.js";
import type { AuthoritySet } from "./authority-set.js";
import { type Header, header, headerHash } from "./header.js";
import { type Justification, justification, type SignedPrecommit } from "./justification.js";
import { voteMessage } from "./vote-signature.js";
import { isSameVote, verifyJustification, votesByAuthority } from "./vote-tally.js";

export interface SetJustification {
  readonly setId: bigint;
  readonly justification: Justification;
}

/**
 * `lower` finalizes a block, `higher` one at the same height or above. `headers`, oldest first, lead from the block after
 * `lower`'s height to `higher`'s own; none at the same height.
 */
export interface FinalityConflict {
  readonly lower: SetJustification;
  readonly higher: SetJustification;
  readonly headers: readonly Header[];
}

const MAX_HEADERS = 4096;

const setJustification: Codec<SetJustification> = struct({ setId: u64, justification });

export const finalityConflict: Codec<FinalityConflict> = struct({
  lower: setJustification,
  higher: setJustification,
  headers: vector(header, MAX_HEADERS),
});

const noConflict = (expected: string): never => {
  throw new ProofError("proof/no-conflict", `expected ${expected}`);
};

/** The hash of the higher block's ancestor, or of itself, at the lower one's height. */
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
 * @throws ProofError `proof/no-conflict`, `proof/unknown-set`, `proof/ancestry`, and as `verifyJustification`
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

/** Of one authority: enough for what honest nodes pass on, and a bound on what bad ones add. */
const MAX_VOTES = 4;

/**
 * Authorities of the set that validly voted for two blocks in the justification's round, once each. One such does no
 * harm: to be reported, not to be acted upon.
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
