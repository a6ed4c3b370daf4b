/** Counting a justification's votes against an authority set. */
import { equal, toHex } from "../../bytes.js";
import { verifyStrict } from "../../crypto/ed25519.js";
import { ProofError } from "../../error.js";
import { type Authority, type AuthoritySet, checkAuthorities, threshold, totalWeight } from "./authority-set.js";
import type { Justification, SignedPrecommit } from "./justification.js";
import { voteAncestry } from "./vote-ancestry.js";
import { verifyZip215, voteMessage } from "./vote-signature.js";

/** `weight` is what counts towards `threshold`. The rest says in votes what didn't count, and why. */
export interface VoteTally {
  readonly weight: bigint;
  readonly threshold: bigint;
  /** Authorities counted. */
  readonly signed: number;
  /** Votes by keys outside the set. */
  readonly unknown: number;
  /** Votes of authorities that voted for two blocks: neither counts, though to the network such an authority is for all blocks. */
  readonly equivocations: number;
  /** Votes for blocks not proven to be the target or above it. */
  readonly notAbove: number;
  readonly badSignature: number;
  /** Headers that no vote needed. */
  readonly unusedAncestry: number;
}

interface Candidate {
  readonly authority: Authority;
  /** The same vote, mostly once; again only with another signature. */
  readonly votes: readonly SignedPrecommit[];
}

/** True for votes for one block, whatever their signatures. */
export const isSameVote = (a: SignedPrecommit, b: SignedPrecommit): boolean =>
  a.precommit.targetNumber === b.precommit.targetNumber && equal(a.precommit.targetHash, b.precommit.targetHash);

/** By the authority's key in hex, in the order they came. */
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

/** Of one authority. Whoever passes a justification on can add any number of bad ones. */
const MAX_SIGNATURES = 2;

type Verify = (candidate: Candidate, verify: typeof verifyStrict) => boolean;

/**
 * Checks signatures until it is decided whether the threshold is reached, or all of them. Those that aren't strict wait until
 * the others can't suffice: they take many times as long to check, and bad ones cost nothing to make.
 */
const countSigned = (
  candidates: readonly Candidate[],
  isSigned: Verify,
  needed: bigint,
  untilQuorum: boolean,
): Pick<VoteTally, "signed" | "weight" | "badSignature"> => {
  const total = totalWeight(candidates.map(({ authority }) => authority));
  const counts = { signed: 0, weight: 0n, badSignature: 0 };
  const waiting: Candidate[] = [];
  let unchecked = total;
  let attainable = total;
  const isDecided = (): boolean => untilQuorum && (counts.weight >= needed || attainable < needed);
  const count = ({ authority }: Candidate): void => {
    counts.signed += 1;
    counts.weight += authority.weight;
  };
  for (const candidate of candidates) {
    if (isDecided()) break;
    unchecked -= candidate.authority.weight;
    if (isSigned(candidate, verifyStrict)) count(candidate);
    else waiting.push(candidate);
    while (!isDecided() && (!untilQuorum || counts.weight + unchecked < needed)) {
      const late = waiting.pop();
      if (late === undefined) break;
      if (isSigned(late, verifyZip215)) count(late);
      else {
        counts.badSignature += late.votes.length;
        attainable -= late.authority.weight;
      }
    }
  }
  return counts;
};

/**
 * Counts each authority's valid vote once.
 * @param untilQuorum stops at signatures that can't change whether the threshold is reached: what is left stays uncounted
 * @throws ProofError `proof/authority-set` for an impossible set, `proof/too-large` for more than two votes an authority
 */
export const tallyVotes = (set: AuthoritySet, justification: Justification, untilQuorum: boolean): VoteTally => {
  const { precommits } = justification.commit;
  if (precommits.length > 2 * set.authorities.length)
    throw new ProofError(
      "proof/too-large",
      `expected at most two votes of each of ${set.authorities.length} authorities, got ${precommits.length}`,
    );
  const authorities = new Map(checkAuthorities(set.authorities).map((authority) => [toHex(authority.id), authority]));
  const ancestry = voteAncestry(justification);
  const above = new Set(precommits.filter(({ precommit }) => ancestry.reaches(precommit)));
  const counts = { unknown: 0, equivocations: 0, notAbove: 0 };
  const candidates: Candidate[] = [];
  for (const [id, votes] of votesByAuthority(precommits)) {
    const authority = authorities.get(id);
    const [first] = votes;
    if (authority === undefined || first === undefined) counts.unknown += votes.length;
    else if (!votes.every((vote) => isSameVote(first, vote))) counts.equivocations += votes.length;
    else if (!above.has(first)) counts.notAbove += votes.length;
    else candidates.push({ authority, votes });
  }
  const isSigned: Verify = ({ authority, votes }, verify) =>
    votes
      .slice(0, MAX_SIGNATURES)
      .some(({ precommit, signature }) =>
        verify(authority.id, voteMessage(precommit, justification.round, set.setId), signature),
      );
  const needed = threshold(set.authorities);
  const signed = countSigned(candidates, isSigned, needed, untilQuorum);
  return { ...counts, ...signed, threshold: needed, unusedAncestry: ancestry.unused() };
};

/**
 * Checks that more than two thirds of the set voted for the commit's target or blocks above it. Votes that don't count
 * don't harm either; those after the quorum aren't looked at.
 * @throws ProofError `proof/quorum`, `proof/unused-ancestry`, and as `tallyVotes`
 */
export const verifyJustification = (set: AuthoritySet, justification: Justification): void => {
  const tally = tallyVotes(set, justification, true);
  if (tally.unusedAncestry > 0)
    throw new ProofError(
      "proof/unused-ancestry",
      `expected only headers that votes need, got ${tally.unusedAncestry} more`,
    );
  if (tally.weight < tally.threshold)
    throw new ProofError(
      "proof/quorum",
      `expected weight ${tally.threshold} of set ${set.setId} for block ${justification.commit.targetNumber}, got ${tally.weight}: ` +
        `${tally.unknown} votes by strangers, ${tally.equivocations} equivocating, ${tally.notAbove} not above the block, ` +
        `${tally.badSignature} badly signed`,
    );
};
