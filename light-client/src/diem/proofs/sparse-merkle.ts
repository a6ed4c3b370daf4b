/**
 * Presence and absence in the sparse Merkle tree of account states. A subtree with one leaf is that
 * leaf in it. Source: diem/diem types/src/proof/definition.rs (`SparseMerkleProof`).
 */
import { equal } from "../../bytes.js";
import { type Codec, option, struct, vector } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import { type HashValue, hashValue } from "../hash-value.js";
import { hasher, hashSparseMerkleNode, SPARSE_MERKLE_PLACEHOLDER_HASH } from "../hashing.js";

/** Bits of a key. */
const MAX_DEPTH = 256;

export interface SparseMerkleLeafNode {
  readonly key: HashValue;
  readonly valueHash: HashValue;
}

/**
 * `siblings` leaf side first. `leaf` is the key's own, or the only one in the subtree where the key
 * would be.
 */
export interface SparseMerkleProof {
  readonly leaf: SparseMerkleLeafNode | undefined;
  readonly siblings: readonly HashValue[];
}

export const sparseMerkleLeafNode: Codec<SparseMerkleLeafNode> = struct<SparseMerkleLeafNode>({
  key: hashValue,
  valueHash: hashValue,
});

export const sparseMerkleProof: Codec<SparseMerkleProof> = struct<SparseMerkleProof>({
  leaf: option(sparseMerkleLeafNode),
  siblings: vector(hashValue),
});

const hashLeaf = hasher("SparseMerkleLeafNode");

export const sparseMerkleLeafHash = ({ key, valueHash }: SparseMerkleLeafNode): HashValue => hashLeaf(key, valueHash);

/** A bit of a key, the most significant first. */
const bitAt = (key: HashValue, index: number): number => ((key[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;

/** Counts the leading bits that two keys share. */
export const commonPrefix = (a: HashValue, b: HashValue): number => {
  let bits = 0;
  while (bits < MAX_DEPTH && bitAt(a, bits) === bitAt(b, bits)) bits += 1;
  return bits;
};

const expect = (condition: boolean, reason: string, message: string): void => {
  if (!condition) throw new ProofError(`proof/sparse-merkle-${reason}`, message);
};

const checkLeaf = (key: HashValue, expected: HashValue | undefined, { leaf, siblings }: SparseMerkleProof): void => {
  if (expected === undefined) {
    if (leaf === undefined) return;
    expect(!equal(leaf.key, key), "present", "expected a proof of absence, got one of presence");
    expect(
      commonPrefix(leaf.key, key) >= siblings.length,
      "key",
      "the leaf in the proof isn't in the subtree where the key would be",
    );
    return;
  }
  expect(leaf !== undefined, "absent", "expected a proof of presence, got one of absence");
  expect(leaf !== undefined && equal(leaf.key, key), "key", "the proof is of another key's leaf");
  expect(leaf !== undefined && equal(leaf.valueHash, expected), "value", "the proof is of another value");
};

/**
 * Checks that `key` has the value whose hash is given, under `root`. Where the hash is undefined it
 * must have none.
 * @throws ProofError `proof/sparse-merkle-depth`, `…-absent`, `…-present`, `…-key`, `…-value`,
 * `…-root`
 */
export const verifySparseMerkle = (
  root: HashValue,
  key: HashValue,
  valueHash: HashValue | undefined,
  proof: SparseMerkleProof,
): void => {
  const { leaf, siblings } = proof;
  expect(siblings.length <= MAX_DEPTH, "depth", `expected at most ${MAX_DEPTH} siblings, got ${siblings.length}`);
  checkLeaf(key, valueHash, proof);
  let hash = leaf === undefined ? SPARSE_MERKLE_PLACEHOLDER_HASH : sparseMerkleLeafHash(leaf);
  for (const [i, sibling] of siblings.entries())
    hash =
      bitAt(key, siblings.length - 1 - i) === 1
        ? hashSparseMerkleNode(sibling, hash)
        : hashSparseMerkleNode(hash, sibling);
  expect(equal(hash, root), "root", "the leaf and its siblings don't hash to the state's root");
};
