/**
 * The ledger's lists (PROTOCOL 2): Merkle accumulators kept as leaf count and frozen subtree roots.
 * They are hashed as Diem hashes its own, with the bridge's seeds; a leaf can be cleared.
 */
import { equal, utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, fixedBytes, vector } from "@pdiem/light-client/codec/bcs";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { NodeHasher } from "@pdiem/light-client/diem/hashing";
import { appendLeaves, type FrozenAccumulator } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { ProofError } from "@pdiem/light-client/error";

export type { FrozenAccumulator as List } from "@pdiem/light-client/diem/proofs/accumulator-append";

/** How one of the lists hashes its leaves and nodes. */
export interface ListKind<T> {
  readonly leafHash: (leaf: T) => Uint8Array;
  readonly nodeHash: NodeHasher;
}

/** Siblings of a leaf, leaf side first, up to the root of the frozen subtree that holds it. */
export const leafPath = vector(fixedBytes(32), 63);
export type LeafPath = Decoded<typeof leafPath>;

const seed = (name: string): Uint8Array => sha3_256(utf8(`PDIEM::${name}`));

/** Stands for a leaf that is done. No leaf hashes to it. */
export const CLEARED: Uint8Array = sha3_256(utf8("PDIEM::Cleared"));

/** Makes a kind of list whose hashes no other kind shares. */
export const listKind = <T>(name: string, encodeLeaf: (leaf: T) => Uint8Array): ListKind<T> => {
  const leafSeed = seed(name);
  const nodeSeed = seed(`${name}List`);
  return {
    leafHash: (leaf) => sha3_256(leafSeed, encodeLeaf(leaf)),
    nodeHash: (left, right) => sha3_256(nodeSeed, left, right),
  };
};

/** Appends leaves, in this order. */
export const append = <T>(
  { leafHash, nodeHash }: ListKind<T>,
  list: FrozenAccumulator,
  leaves: readonly T[],
): FrozenAccumulator => appendLeaves(nodeHash, list, leaves.map(leafHash));

/** A frozen subtree: its place among the roots, its height, and the index of its first leaf. */
export interface Subtree {
  readonly root: number;
  readonly height: number;
  readonly start: bigint;
}

/**
 * Finds the frozen subtree that holds leaf `index`.
 * @throws ProofError `proof/list-bounds` at or above the leaf count
 */
export const subtreeOf = ({ numLeaves }: FrozenAccumulator, index: bigint): Subtree => {
  if (index < 0n || index >= numLeaves)
    throw new ProofError("proof/list-bounds", `expected an index below ${numLeaves}, got ${index}`);
  let start = 0n;
  let root = 0;
  for (let height = numLeaves.toString(2).length - 1; height >= 0; height--) {
    const size = 1n << BigInt(height);
    if ((numLeaves & size) === 0n) continue;
    if (index < start + size) return { root, height, start };
    start += size;
    root += 1;
  }
  throw new ProofError("proof/list-bounds", `expected an index below ${numLeaves}, got ${index}`);
};

const climb = (nodeHash: NodeHasher, leaf: Uint8Array, position: bigint, path: LeafPath): Uint8Array => {
  let hash = leaf;
  let rest = position;
  for (const sibling of path) {
    hash = (rest & 1n) === 1n ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    rest >>= 1n;
  }
  return hash;
};

const openLeaf = <T>(
  { leafHash, nodeHash }: ListKind<T>,
  list: FrozenAccumulator,
  index: bigint,
  leaf: T,
  path: LeafPath,
): Subtree => {
  const subtree = subtreeOf(list, index);
  if (path.length !== subtree.height)
    throw new ProofError("proof/list-path", `expected ${subtree.height} siblings, got ${path.length}`);
  const root = climb(nodeHash, leafHash(leaf), index - subtree.start, path);
  if (!equal(root, list.frozenSubtreeRoots[subtree.root] ?? new Uint8Array()))
    throw new ProofError("proof/list-leaf", `expected a path from leaf ${index} to its subtree's root`);
  return subtree;
};

/**
 * Checks that a leaf stands at `index`.
 * @throws ProofError `proof/list-bounds`, `proof/list-path`, `proof/list-leaf`
 */
export const verifyLeaf = <T>(
  kind: ListKind<T>,
  list: FrozenAccumulator,
  index: bigint,
  leaf: T,
  path: LeafPath,
): void => {
  openLeaf(kind, list, index, leaf, path);
};

/**
 * Clears a leaf, so that it can't be shown again.
 * @throws ProofError of `verifyLeaf`, for a cleared leaf too
 */
export const clearLeaf = <T>(
  kind: ListKind<T>,
  list: FrozenAccumulator,
  index: bigint,
  leaf: T,
  path: LeafPath,
): FrozenAccumulator => {
  const { root, start } = openLeaf(kind, list, index, leaf, path);
  const cleared = climb(kind.nodeHash, CLEARED, index - start, path);
  return { ...list, frozenSubtreeRoots: list.frozenSubtreeRoots.map((old, i) => (i === root ? cleared : old)) };
};
