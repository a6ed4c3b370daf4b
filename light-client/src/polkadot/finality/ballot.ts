/** A justification's votes, sorted by authority: what there is to verify. */
import { equal, toHex } from "../../bytes.js";
import type { Justification, SignedPrecommit } from "./justification.js";
import { reachesTarget } from "./vote-ancestry.js";

/** `reaches` is true for a vote at the target or provably above it. Its signature may be wrong. */
export interface CastVote extends SignedPrecommit {
  readonly reaches: boolean;
}

export interface Ballot {
  readonly weight: bigint;
  /** The votes of one authority that differ in block or signature. */
  readonly votes: readonly CastVote[];
}

export interface SortedVotes {
  /** Ballots, those with the fewest votes first. */
  readonly ballots: readonly Ballot[];
  /** How many votes are by keys outside the set. */
  readonly unknown: number;
}

/**
 * Tells whether an authority counts by these votes, all valid: by one at or above the target, or as
 * equivocator.
 */
export const isEnough = (votes: readonly CastVote[]): boolean =>
  votes.length > 1 || votes.some(({ reaches }) => reaches);

/** Tells whether votes are for one block, whatever their signatures. */
export const isSameVote = (a: SignedPrecommit, b: SignedPrecommit): boolean =>
  a.precommit.targetNumber === b.precommit.targetNumber && equal(a.precommit.targetHash, b.precommit.targetHash);

/** Groups votes by the authority's key in hex, in the order they came. */
export const votesByAuthority = (precommits: readonly SignedPrecommit[]): ReadonlyMap<string, SignedPrecommit[]> => {
  const grouped = new Map<string, SignedPrecommit[]>();
  for (const vote of precommits) {
    const id = toHex(vote.id);
    const earlier = grouped.get(id);
    if (earlier === undefined) grouped.set(id, [vote]);
    else earlier.push(vote);
  }
  return grouped;
};

const nameOf = ({ precommit, signature }: SignedPrecommit): string =>
  `${toHex(precommit.targetHash)} ${precommit.targetNumber} ${toHex(signature)}`;

const different = (votes: readonly SignedPrecommit[]): readonly SignedPrecommit[] =>
  votes.length === 1 ? votes : [...new Map(votes.map((vote) => [nameOf(vote), vote])).values()];

/**
 * Sorts votes, and verifies none.
 * @param weights as `votingWeights` returns them
 * @param isNumberKnown as for `reachesTarget`
 */
export const sortVotes = (
  weights: ReadonlyMap<string, bigint>,
  justification: Justification,
  isNumberKnown: boolean,
): SortedVotes => {
  const reaches = reachesTarget(justification, isNumberKnown);
  const ballots: Ballot[] = [];
  let unknown = 0;
  for (const [id, votes] of votesByAuthority(justification.commit.precommits)) {
    const weight = weights.get(id);
    if (weight === undefined) unknown += votes.length;
    else {
      const cast = different(votes).map((vote) => ({ ...vote, reaches: reaches(vote.precommit) }));
      ballots.push({ weight, votes: cast });
    }
  }
  return { ballots: ballots.sort((a, b) => a.votes.length - b.votes.length), unknown };
};
