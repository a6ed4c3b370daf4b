import { compare, equal } from "../../bytes.js";
import type { HashValue } from "../hash-value.js";
import { hashSparseMerkleNode, SPARSE_MERKLE_PLACEHOLDER_HASH } from "../hashing.js";
import { type SparseMerkleLeafNode, type SparseMerkleProof, sparseMerkleLeafHash } from "../proofs/sparse-merkle.js";

/** A whole state tree: its root, and honest proofs for any key. */
export interface SparseMerkleTree {
  readonly root: HashValue;
  readonly prove: (key: HashValue) => SparseMerkleProof;
}

type Leaves = readonly SparseMerkleLeafNode[];

const bitAt = (key: HashValue, depth: number): number => ((key[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;

const split = (leaves: Leaves, depth: number): readonly [Leaves, Leaves] => [
  leaves.filter(({ key }) => bitAt(key, depth) === 0),
  leaves.filter(({ key }) => bitAt(key, depth) === 1),
];

const rootOf = (leaves: Leaves, depth: number): HashValue => {
  const [first, second] = leaves;
  if (first === undefined) return SPARSE_MERKLE_PLACEHOLDER_HASH;
  if (second === undefined) return sparseMerkleLeafHash(first);
  const [left, right] = split(leaves, depth);
  return hashSparseMerkleNode(rootOf(left, depth + 1), rootOf(right, depth + 1));
};

const proofOf = (leaves: Leaves, key: HashValue, depth: number): SparseMerkleProof => {
  if (leaves.length < 2) return { leaf: leaves[0], siblings: [] };
  const [left, right] = split(leaves, depth);
  const [own, other] = bitAt(key, depth) === 0 ? [left, right] : [right, left];
  const { leaf, siblings } = proofOf(own, key, depth + 1);
  return { leaf, siblings: [...siblings, rootOf(other, depth + 1)] };
};

/** @param items key and hash of each value; of those with the same key the last counts */
export const buildSparseMerkleTree = (items: readonly (readonly [HashValue, HashValue])[]): SparseMerkleTree => {
  const sorted = items
    .map(([key, valueHash]) => ({ key, valueHash }))
    .sort((a, b) => compare(a.key, b.key))
    .filter(({ key }, i, all) => !equal(key, all[i + 1]?.key ?? new Uint8Array()));
  return { root: rootOf(sorted, 0), prove: (key) => proofOf(sorted, key, 0) };
};
