import type { SignatureBatch } from "../../crypto/ed25519.js";
import { isPdiemError } from "../../error.js";
import { type AuthoritySet, threshold, votingWeights } from "./authority-set.js";
import { sortVotes } from "./ballot.js";
import { type FinalityUpdate, readFinality } from "./finality-proof.js";
import { type FinalityOptions, votingSet } from "./finality-set.js";
import type { GrandpaState } from "./grandpa-state.js";
import type { Justification, SignedPrecommit } from "./justification.js";
import { voteMessage } from "./vote-signature.js";

/** One vote each of as many authorities as are needed, in the order in which they are counted. */
const quorumVotes = (set: AuthoritySet, justification: Justification): readonly SignedPrecommit[] => {
  const needed = threshold(set.authorities);
  let weight = 0n;
  return sortVotes(votingWeights(set.authorities), justification, true).ballots.flatMap((ballot) => {
    const vote = weight < needed ? ballot.votes.find(({ reaches }) => reaches) : undefined;
    if (vote === undefined) return [];
    weight += ballot.weight;
    return [vote];
  });
};

/**
 * Lists the signatures by which a set finalizes a block, where all are good, for `verifyAhead`.
 * Nothing that it lists is believed.
 */
export function* voteSignatures(set: AuthoritySet, justification: Justification): Generator<SignatureBatch, void> {
  for (const { id, precommit, signature } of quorumVotes(set, justification))
    yield { message: voteMessage(precommit, justification.round, set.setId), signatures: [[id, signature]] };
}

/**
 * Lists the signatures that `verifyFinality` is about to check, as far as it is known beforehand
 * whose they must be.
 */
export function* finalitySignatures(
  state: GrandpaState,
  update: FinalityUpdate,
  options: FinalityOptions = {},
): Generator<SignatureBatch, void> {
  try {
    const { justification, target, before } = readFinality(update);
    const isNewer = target.number > state.finalized.number;
    yield* voteSignatures(isNewer ? votingSet(state, [...before, target], options) : state, justification);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
  }
}
