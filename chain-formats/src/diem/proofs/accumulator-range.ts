/**
 * Inclusion of a run of leaves in an accumulator. Source: diem/diem types/src/proof/definition.rs
 * (`AccumulatorRangeProof`). Works for any node hasher.
 */
import { type Codec, struct, vector } from "@pdiem/light-client/codec/bcs";
import { type HashValue, hashValue } from "@pdiem/light-client/diem/hash-value";
import { ACCUMULATOR_PLACEHOLDER_HASH, type NodeHasher } from "@pdiem/light-client/diem/hashing";
import { checkDepth, checkRoot } from "@pdiem/light-client/diem/proofs/accumulator";
import { ProofError } from "@pdiem/light-client/error";

/** Siblings left of the first leaf's way up and right of the last one's, both leaf side first. */
export interface AccumulatorRangeProof {
  readonly leftSiblings: readonly HashValue[];
  readonly rightSiblings: readonly HashValue[];
}

export const accumulatorRangeProof: Codec<AccumulatorRangeProof> = struct<AccumulatorRangeProof>({
  leftSiblings: vector(hashValue),
  rightSiblings: vector(hashValue),
});

const fail = (message: string): never => {
  throw new ProofError("proof/accumulator-range", message);
};

const checkEmpty = (leaves: readonly HashValue[], proof: AccumulatorRangeProof): void => {
  if (leaves.length > 0) fail("expected no leaves, as there is no first one");
  if (proof.leftSiblings.length > 0 || proof.rightSiblings.length > 0) fail("expected no siblings for no leaves");
};

/**
 * Checks that `leaves`, given by their hashes, stand one after the other from `first` on under
 * `root`. Stricter than upstream: the indices must be ones that a tree of the proof's depth has.
 * Without a first index there must be no leaves and no siblings, and nothing is said about the
 * root.
 * @throws ProofError `proof/accumulator-depth`, `proof/accumulator-range`,
 * `proof/accumulator-index`, `proof/accumulator-root`
 */
export const verifyRange = (
  hashNode: NodeHasher,
  root: HashValue,
  first: bigint | undefined,
  leaves: readonly HashValue[],
  proof: AccumulatorRangeProof,
): void => {
  if (first === undefined) {
    checkEmpty(leaves, proof);
    return;
  }
  const { leftSiblings, rightSiblings } = proof;
  checkDepth(leftSiblings);
  checkDepth(rightSiblings);
  if (leaves.length === 0) fail("expected at least one leaf, as there is a first one");
  let hashes = [...leaves];
  let position = first;
  let left = 0;
  let right = 0;
  while (hashes.length > 1 || left < leftSiblings.length || right < rightSiblings.length) {
    if ((position & 1n) === 1n)
      hashes.unshift(leftSiblings[left++] ?? fail("the first node is a right child, but its left sibling is missing"));
    if (hashes.length % 2 === 1)
      hashes.push(rightSiblings[right++] ?? fail("the last node is a left child, but its right sibling is missing"));
    hashes = parents(hashNode, hashes);
    position >>= 1n;
  }
  if (position !== 0n)
    throw new ProofError("proof/accumulator-index", `index ${first} lies outside a tree as deep as the proof`);
  checkRoot(hashes[0] ?? ACCUMULATOR_PLACEHOLDER_HASH, root);
};

const parents = (hashNode: NodeHasher, children: readonly HashValue[]): HashValue[] => {
  const nodes: HashValue[] = [];
  for (let i = 0; i + 1 < children.length; i += 2)
    nodes.push(hashNode(children[i] as HashValue, children[i + 1] as HashValue));
  return nodes;
};

/** Computes the root of a whole accumulator, from all its leaves' hashes. */
export const rootOfLeaves = (hashNode: NodeHasher, leaves: readonly HashValue[]): HashValue => {
  if (leaves.length === 0) return ACCUMULATOR_PLACEHOLDER_HASH;
  let hashes = [...leaves];
  while (hashes.length > 1) {
    if (hashes.length % 2 === 1) hashes.push(ACCUMULATOR_PLACEHOLDER_HASH);
    hashes = parents(hashNode, hashes);
  }
  return hashes[0] ?? ACCUMULATOR_PLACEHOLDER_HASH;
};
