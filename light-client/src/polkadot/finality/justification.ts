/**
 * GRANDPA justifications: the votes that finalize a block.
 * Source: sp_consensus_grandpa::GrandpaJustification; finality-grandpa's validate_commit.
 */
import { type Decoded, fixedBytes, struct, u32, u64, vector } from "../../codec/scale.js";
import { header } from "./header.js";

/** Two votes, if they equivocate, of each of the most authorities that a runtime configures. */
const MAX_PRECOMMITS = 200_000;
/** Votes may lie above and below the target, but seldom by more than a session of Polkadot's. */
const MAX_ANCESTRIES = 16_384;

/** A block voted for, or finalized. */
const vote = struct({ targetHash: fixedBytes(32), targetNumber: u32 });
export type Vote = Decoded<typeof vote>;

const signedPrecommit = struct({
  precommit: vote,
  /** 64 bytes over `voteMessage`. */
  signature: fixedBytes(64),
  /** The authority's key. */
  id: fixedBytes(32),
});
export type SignedPrecommit = Decoded<typeof signedPrecommit>;

export const justification = struct({
  round: u64,
  commit: struct({
    targetHash: fixedBytes(32),
    targetNumber: u32,
    precommits: vector(signedPrecommit, MAX_PRECOMMITS),
  }),
  /** Headers that lead from votes down to the lowest block voted for, in any order. */
  votesAncestries: vector(header, MAX_ANCESTRIES),
});
export type Justification = Decoded<typeof justification>;
