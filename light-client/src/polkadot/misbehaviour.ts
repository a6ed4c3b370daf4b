/** Proof that GRANDPA authorities finalized two forks, which fewer than a third of bad ones can't do. */
import { equal, toHex } from "../bytes.js";
import { type Codec, struct, u64, vector } from "../codec/scale.js";
import { ProofError } from "../error.js";
import { linkAncestors } from "./ancestry.js";
import type { AuthoritySet } from "./authority-set.js";
import { type Header, header, headerHash } from "./header.js";
import { type Justification, justification, type SignedPrecommit } from "./justification.js";
import { verifyVote, voteMessage } from "./vote-signature.js";
import { verifyJustification } from "./vote-tally.js";

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

/**
 * Authorities of the set that validly voted for two blocks in the justification's round, once each. One such does no
 * harm: to be reported, not to be acted upon.
 */
export const findEquivocations = (
  { setId, authorities }: AuthoritySet,
  { round, commit }: Justification,
): readonly Equivocation[] => {
  const members = new Set(authorities.map(({ id }) => toHex(id)));
  const firsts = new Map<string, SignedPrecommit>();
  const found = new Map<string, Equivocation>();
  for (const vote of commit.precommits) {
    const name = toHex(vote.id);
    const first = firsts.get(name);
    const isRepeated = first !== undefined && equal(first.precommit.targetHash, vote.precommit.targetHash);
    if (!members.has(name) || found.has(name) || isRepeated) continue;
    if (!verifyVote(vote.id, voteMessage(vote.precommit, round, setId), vote.signature)) continue;
    if (first === undefined) firsts.set(name, vote);
    else found.set(name, { first, second: vote });
  }
  return [...found.values()];
};
