/**
 * Inclusion in an append-only Merkle accumulator: leaves from left to right, a missing right
 * sibling is the placeholder. Source: diem/diem types/src/proof/definition.rs (`AccumulatorProof`).
 * Works for any node hasher, so for any such tree.
 */
import { equal } from "../../bytes.js";
import { type Codec, struct, vector } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import { type HashValue, hashValue } from "../hash-value.js";
import type { NodeHasher } from "../hashing.js";

/** Levels above the leaves; a tree has at most 2^63 leaves. */
export const MAX_ACCUMULATOR_PROOF_DEPTH = 63;

/** Siblings on the way from leaf to root, leaf side first. */
export interface AccumulatorProof {
  readonly siblings: readonly HashValue[];
}

export const accumulatorProof: Codec<AccumulatorProof> = struct<AccumulatorProof>({ siblings: vector(hashValue) });

/** @throws ProofError `proof/accumulator-depth` */
export const checkDepth = (siblings: readonly HashValue[]): void => {
  if (siblings.length > MAX_ACCUMULATOR_PROOF_DEPTH)
    throw new ProofError(
      "proof/accumulator-depth",
      `expected at most ${MAX_ACCUMULATOR_PROOF_DEPTH} siblings, got ${siblings.length}`,
    );
};

/** @throws ProofError `proof/accumulator-root` */
export const checkRoot = (computed: HashValue, root: HashValue): void => {
  if (!equal(computed, root))
    throw new ProofError("proof/accumulator-root", "the leaf and its siblings don't hash to the accumulator's root");
};

/**
 * Checks that a leaf, given by its hash, stands at `index` under `root`. Stricter than upstream: a
 * tree as deep as the proof must have the index. So no other index passes for the same leaf.
 * @throws ProofError `proof/accumulator-depth`, `proof/accumulator-index`, `proof/accumulator-root`
 */
export const verifyInclusion = (
  hashNode: NodeHasher,
  root: HashValue,
  leaf: HashValue,
  index: bigint,
  { siblings }: AccumulatorProof,
): void => {
  checkDepth(siblings);
  if (index < 0n || index >> BigInt(siblings.length) !== 0n)
    throw new ProofError(
      "proof/accumulator-index",
      `expected an index below 2^${siblings.length}, as the proof is that deep, got ${index}`,
    );
  let position = index;
  let hash = leaf;
  for (const sibling of siblings) {
    hash = (position & 1n) === 0n ? hashNode(hash, sibling) : hashNode(sibling, hash);
    position >>= 1n;
  }
  checkRoot(hash, root);
};
