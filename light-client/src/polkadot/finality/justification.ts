/**
 * GRANDPA justifications: the votes that finalize a block.
 * Source: sp_consensus_grandpa::GrandpaJustification; finality-grandpa's validate_commit.
 */
import { type Codec, fixedBytes, struct, u32, u64, vector } from "../../codec/scale.js";
import { type Header, header } from "./header.js";

/** A block voted for: hash of 32 bytes, and its number. */
export interface Vote {
  readonly targetHash: Uint8Array;
  readonly targetNumber: number;
}

/** `id` is the authority's key, `signature` 64 bytes over `voteMessage`. */
export interface SignedPrecommit {
  readonly precommit: Vote;
  readonly signature: Uint8Array;
  readonly id: Uint8Array;
}

/** `votesAncestries` has the headers from votes above the commit's target down to it, in any order. */
export interface Justification {
  readonly round: bigint;
  readonly commit: Vote & { readonly precommits: readonly SignedPrecommit[] };
  readonly votesAncestries: readonly Header[];
}

/** Two votes, if they equivocate, of each of the most authorities that a runtime configures. */
const MAX_PRECOMMITS = 200_000;
/** Votes reach no further above the target than a round's blocks. */
const MAX_ANCESTRIES = 4096;

const hash = fixedBytes(32);
const vote: Codec<Vote> = struct({ targetHash: hash, targetNumber: u32 });
const signedPrecommit: Codec<SignedPrecommit> = struct({ precommit: vote, signature: fixedBytes(64), id: hash });

export const justification: Codec<Justification> = struct({
  round: u64,
  commit: struct<Justification["commit"]>({
    targetHash: hash,
    targetNumber: u32,
    precommits: vector(signedPrecommit, MAX_PRECOMMITS),
  }),
  votesAncestries: vector(header, MAX_ANCESTRIES),
});
