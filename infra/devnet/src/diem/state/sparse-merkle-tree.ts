/**
 * A persistent sparse Merkle tree: every root that it ever had stays readable and provable, and
 * roots share their nodes. A subtree with one leaf is that leaf. Sources: diem/diem
 * storage/jellyfish-merkle/src/lib.rs, types/src/proof/definition.rs.
 */
import { equal } from "@pdiem/light-client/bytes";
import { hasher, hashSparseMerkleNode, SPARSE_MERKLE_PLACEHOLDER_HASH } from "@pdiem/light-client/diem/hashing";
import { createHashList } from "./hash-list.js";

/** A root or an inner node; 0 is the empty tree. */
export type NodeId = number;

export const EMPTY_TREE: NodeId = 0;

export interface Leaf<V> {
  readonly key: Uint8Array;
  readonly value: V;
}

/**
 * `leaf` is the one found on the key's path, of that key or of another; siblings leaf side first.
 */
export interface MerklePath {
  readonly leaf: { readonly key: Uint8Array; readonly valueHash: Uint8Array } | undefined;
  readonly siblings: readonly Uint8Array[];
}

export interface SparseMerkleTree<V> {
  /** Gives the root of the tree with the leaf put in or replaced. */
  readonly put: (root: NodeId, leaf: Leaf<V>) => NodeId;
  readonly get: (root: NodeId, key: Uint8Array) => V | undefined;
  readonly prove: (root: NodeId, key: Uint8Array) => MerklePath;
  readonly hashOf: (root: NodeId) => Uint8Array;
}

const hashLeaf = hasher("SparseMerkleLeafNode");

const bitOf = (key: Uint8Array, depth: number): number => ((key[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;

/** @param hashValue asked again for each proof: hashes of values are not kept */
export const createSparseMerkleTree = <V>(hashValue: (value: V) => Uint8Array): SparseMerkleTree<V> => {
  const hashes = createHashList();
  hashes.push(SPARSE_MERKLE_PLACEHOLDER_HASH);
  const leaves = new Map<NodeId, Leaf<V>>();
  let left = new Uint32Array(1024);
  let right = new Uint32Array(1024);

  const grown = (array: Uint32Array, index: number): Uint32Array<ArrayBuffer> => {
    const larger = new Uint32Array(Math.max(array.length, index < array.length ? 0 : 2 * array.length));
    larger.set(array);
    return larger;
  };
  const addLeaf = (leaf: Leaf<V>): NodeId => {
    const id = hashes.push(hashLeaf(leaf.key, hashValue(leaf.value)));
    leaves.set(id, leaf);
    return id;
  };
  const addInner = (l: NodeId, r: NodeId): NodeId => {
    const id = hashes.push(hashSparseMerkleNode(hashes.at(l), hashes.at(r)));
    if (id >= left.length) {
      left = grown(left, id);
      right = grown(right, id);
    }
    left[id] = l;
    right[id] = r;
    return id;
  };
  const child = (node: NodeId, bit: number): NodeId => (bit === 0 ? left[node] : right[node]) ?? EMPTY_TREE;
  const inner = (bit: number, on: NodeId, off: NodeId): NodeId => (bit === 0 ? addInner(on, off) : addInner(off, on));

  /** Both leaves under one node at `depth`, as deep as their keys agree. */
  const split = (old: NodeId, oldKey: Uint8Array, added: Leaf<V>, depth: number): NodeId => {
    const bit = bitOf(added.key, depth);
    if (bit === bitOf(oldKey, depth)) return inner(bit, split(old, oldKey, added, depth + 1), EMPTY_TREE);
    return inner(bit, addLeaf(added), old);
  };
  const put = (node: NodeId, leaf: Leaf<V>, depth: number): NodeId => {
    if (node === EMPTY_TREE) return addLeaf(leaf);
    const present = leaves.get(node);
    if (present !== undefined)
      return equal(present.key, leaf.key) ? addLeaf(leaf) : split(node, present.key, leaf, depth);
    const bit = bitOf(leaf.key, depth);
    return inner(bit, put(child(node, bit), leaf, depth + 1), child(node, 1 - bit));
  };

  const walk = (
    root: NodeId,
    key: Uint8Array,
  ): { readonly leaf: Leaf<V> | undefined; readonly siblings: Uint8Array[] } => {
    const siblings: Uint8Array[] = [];
    let node = root;
    while (node !== EMPTY_TREE && !leaves.has(node)) {
      const bit = bitOf(key, siblings.length);
      siblings.push(hashes.at(child(node, 1 - bit)));
      node = child(node, bit);
    }
    return { leaf: leaves.get(node), siblings: siblings.reverse() };
  };

  return {
    put: (root, leaf) => put(root, leaf, 0),
    get: (root, key) => {
      const { leaf } = walk(root, key);
      return leaf !== undefined && equal(leaf.key, key) ? leaf.value : undefined;
    },
    prove: (root, key) => {
      const { leaf, siblings } = walk(root, key);
      return { leaf: leaf && { key: leaf.key, valueHash: hashValue(leaf.value) }, siblings };
    },
    hashOf: (root) => hashes.at(root),
  };
};
