/**
 * Counting a justification's votes against an authority set. An authority counts, once, with one
 * valid vote at or provably above the target. It counts, too, with two valid ones that differ in
 * block or signature: an equivocator counts for every block. Nothing else counts or harms. So
 * whatever the network's own verifier takes is taken here.
 */
import { verifyStrict } from "../../crypto/ed25519.js";
import { verifyZip215 } from "../../crypto/zip215.js";
import { ProofError } from "../../error.js";
import { type AuthoritySet, threshold, totalWeight, votingWeights } from "./authority-set.js";
import { type Ballot, type CastVote, isEnough, sortVotes } from "./ballot.js";
import type { Justification, SignedPrecommit } from "./justification.js";
import { voteMessage } from "./vote-signature.js";

/** `weight` is what counts towards `threshold`. */
export interface VoteTally {
  readonly weight: bigint;
  readonly threshold: bigint;
  /** Authorities counted. */
  readonly signed: number;
  /** Number of those among them that count by two valid votes. */
  readonly equivocators: number;
  /** Votes by keys outside the set. */
  readonly unknown: number;
  /** Different votes of authorities for blocks not proven to be the target or above it. */
  readonly notAbove: number;
  /** Different votes of authorities found badly signed. */
  readonly badSignature: number;
}

/**
 * Checks that a justification of so many authorities may cost. Nodes verify all signatures, so two
 * of an authority decide in whatever they hand out. The rest is for bad ones put in front of good
 * ones, each of which costs a check. Strict checks are the platform's, the others many times as
 * slow.
 */
const strictChecks = (authorities: number): number => 64 + 4 * authorities;
const zip215Checks = (authorities: number): number => 64 + 2 * authorities;

type Verify = (vote: SignedPrecommit) => boolean;

const verifyBy =
  (rules: typeof verifyStrict, { setId }: AuthoritySet, { round }: Justification): Verify =>
  ({ id, precommit, signature }) =>
    rules(id, voteMessage(precommit, round, setId), signature);

/** Checks that may still be made. */
interface Budget {
  left: number;
}

interface Examined {
  readonly ballot: Ballot;
  /** Votes found valid so far. */
  readonly valid: CastVote[];
}

/** @returns how many of the votes, those known as valid left out, aren't valid by `verify` */
const examine = ({ ballot, valid }: Examined, verify: Verify, checks: Budget, untilEnough: boolean): number => {
  let bad = 0;
  for (const vote of ballot.votes) {
    if (checks.left === 0 || (untilEnough && isEnough(valid))) break;
    if (valid.includes(vote)) continue;
    checks.left -= 1;
    if (!verify(vote)) bad += 1;
    else valid.push(vote);
  }
  return bad;
};

type Count = Pick<VoteTally, "signed" | "equivocators" | "weight" | "badSignature">;

/**
 * Checks signatures until it is decided whether the threshold is reached, or all of them. Those
 * that aren't strict wait until the others can't suffice, as bad ones cost nothing to make. Ballots
 * with fewer votes go first, so that votes heaped upon one authority keep no other from being
 * counted.
 */
const countSigned = (
  ballots: readonly Ballot[],
  [isStrict, isZip215]: readonly [Verify, Verify],
  [strictBudget, zip215Budget]: readonly [Budget, Budget],
  needed: bigint,
  untilQuorum: boolean,
): Count => {
  const open = untilQuorum ? ballots.filter(({ votes }) => isEnough(votes)) : ballots;
  const count = { signed: 0, equivocators: 0, weight: 0n, badSignature: 0 };
  const waiting: Examined[] = [];
  let unchecked = open.reduce((sum, { weight }) => sum + weight, 0n);
  let attainable = unchecked;
  const isDecided = (): boolean => untilQuorum && (count.weight >= needed || attainable < needed);
  const close = ({ ballot, valid }: Examined): void => {
    if (!isEnough(valid)) {
      attainable -= ballot.weight;
      return;
    }
    count.signed += 1;
    count.weight += ballot.weight;
    if (valid.length > 1) count.equivocators += 1;
  };
  for (const ballot of open) {
    if (isDecided()) break;
    unchecked -= ballot.weight;
    const examined: Examined = { ballot, valid: [] };
    examine(examined, isStrict, strictBudget, untilQuorum);
    const isDone = untilQuorum ? isEnough(examined.valid) : examined.valid.length === ballot.votes.length;
    if (isDone) close(examined);
    else waiting.push(examined);
    while (!isDecided() && (!untilQuorum || count.weight + unchecked < needed)) {
      const late = waiting.shift();
      if (late === undefined) break;
      count.badSignature += examine(late, isZip215, zip215Budget, untilQuorum);
      close(late);
    }
  }
  return count;
};

export interface TallyOptions {
  /**
   * Stops at signatures that can't change whether the threshold is reached: what is left stays
   * uncounted.
   */
  readonly untilQuorum: boolean;
  /** Says that the target's number is known, as for `reachesTarget`. */
  readonly isNumberKnown: boolean;
}

/**
 * Counts each authority once.
 * @throws ProofError `proof/authority-set` for a set that can't finalize anything
 */
export const tallyVotes = (
  set: AuthoritySet,
  justification: Justification,
  { untilQuorum, isNumberKnown }: TallyOptions,
): VoteTally => {
  const total = totalWeight(set.authorities);
  if (total === 0n || total >> 64n !== 0n)
    throw new ProofError(
      "proof/authority-set",
      `expected a set with a total weight above 0 and below 2^64, got ${total}: set ${set.setId} finalizes nothing`,
    );
  const weights = votingWeights(set.authorities);
  const { ballots, unknown } = sortVotes(weights, justification, isNumberKnown);
  const needed = threshold(set.authorities);
  const checks = [{ left: strictChecks(weights.size) }, { left: zip215Checks(weights.size) }] as const;
  const verify = [verifyBy(verifyStrict, set, justification), verifyBy(verifyZip215, set, justification)] as const;
  const count = countSigned(ballots, verify, checks, needed, untilQuorum);
  const notAbove = ballots.reduce((sum, { votes }) => sum + votes.filter(({ reaches }) => !reaches).length, 0);
  return { ...count, threshold: needed, unknown, notAbove };
};

/**
 * Checks that more than two thirds of the set voted for the commit's target or blocks above it, or
 * equivocated. Votes after the quorum aren't looked at.
 * @param isNumberKnown true only if the target's header, known by its hash, has the number that the
 * commit says
 * @throws ProofError `proof/quorum`, or of `tallyVotes`
 */
export const verifyJustification = (set: AuthoritySet, justification: Justification, isNumberKnown = false): void => {
  const tally = tallyVotes(set, justification, { untilQuorum: true, isNumberKnown });
  if (tally.weight < tally.threshold)
    throw new ProofError(
      "proof/quorum",
      `expected weight ${tally.threshold} of set ${set.setId} for block ${justification.commit.targetNumber}, got ${tally.weight}: ` +
        `${tally.unknown} votes by strangers, ${tally.notAbove} not above the block, ${tally.badSignature} badly signed`,
    );
};

/** Authorities whose votes are tried to find out whose a justification is. */
const SAMPLE = 16;

/**
 * Tells justifications of other sets apart at little cost: they don't say whose they are, and keys
 * mostly stay.
 * @returns whether one of a few authorities has validly signed one of its votes, by the strict
 *   rules
 */
export const hasVotesOf = (set: AuthoritySet, justification: Justification): boolean => {
  const { ballots } = sortVotes(votingWeights(set.authorities), justification, false);
  const isStrict = verifyBy(verifyStrict, set, justification);
  return ballots.slice(0, SAMPLE).some(({ votes: [first] }) => first !== undefined && isStrict(first));
};
