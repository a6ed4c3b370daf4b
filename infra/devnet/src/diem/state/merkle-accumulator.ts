/**
 * An append-only Merkle accumulator that proves against any of its past sizes.
 * Sources: diem/diem storage/accumulator/src/lib.rs, types/src/proof/accumulator/mod.rs.
 */

import type { AccumulatorRangeProof } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import { ACCUMULATOR_PLACEHOLDER_HASH, type NodeHasher } from "@pdiem/light-client/diem/hashing";
import { createHashList, type HashList } from "./hash-list.js";

/** `size` is a number of leaves, at most the present one; hashes are 32 bytes. */
export interface MerkleAccumulator {
  readonly append: (leaf: Uint8Array) => void;
  readonly size: () => number;
  readonly root: (size: number) => Uint8Array;
  /** Siblings on the way from a leaf to the root, leaf side first. */
  readonly inclusion: (index: number, size: number) => readonly Uint8Array[];
  readonly range: (first: number, count: number, size: number) => AccumulatorRangeProof;
  /**
   * Subtrees that take an accumulator of `from` leaves to `to`; from 0, the roots of the complete
   * subtrees, largest first.
   */
  readonly consistency: (from: number, to: number) => readonly Uint8Array[];
}

const depthOf = (size: number): number => (size <= 1 ? 0 : Math.ceil(Math.log2(size)));

export const createMerkleAccumulator = (hash: NodeHasher): MerkleAccumulator => {
  const levels: HashList[] = [];
  const level = (height: number): HashList => {
    const existing = levels[height];
    if (existing !== undefined) return existing;
    const added = createHashList();
    levels.push(added);
    return added;
  };
  const size = (): number => levels[0]?.length() ?? 0;

  /** The node at a place of the tree as it was with `leaves` leaves. */
  const node = (height: number, index: number, leaves: number): Uint8Array => {
    const width = 2 ** height;
    if (index * width >= leaves) return ACCUMULATOR_PLACEHOLDER_HASH;
    if ((index + 1) * width <= leaves) return level(height).at(index);
    return hash(node(height - 1, 2 * index, leaves), node(height - 1, 2 * index + 1, leaves));
  };

  const inclusion = (index: number, leaves: number): readonly Uint8Array[] =>
    Array.from({ length: depthOf(leaves) }, (_, height) => {
      const position = Math.floor(index / 2 ** height);
      return node(height, position % 2 === 0 ? position + 1 : position - 1, leaves);
    });

  const siblingsOnSide = (index: number, leaves: number, side: 0 | 1): readonly Uint8Array[] =>
    inclusion(index, leaves).filter((_, height) => Math.floor(index / 2 ** height) % 2 !== side);

  const consistency = (from: number, to: number): readonly Uint8Array[] => {
    const subtrees: Uint8Array[] = [];
    let at = from;
    while (at < to) {
      let height = 0;
      if (at === 0) height = Math.floor(Math.log2(to));
      else while (at % 2 ** (height + 1) === 0) height += 1;
      while (at + 2 ** height > to) height -= 1;
      subtrees.push(level(height).at(at / 2 ** height));
      at += 2 ** height;
    }
    return subtrees;
  };

  return {
    append: (leaf) => {
      let index = size();
      level(0).push(leaf);
      for (let height = 0; index % 2 === 1; height++) {
        level(height + 1).push(hash(level(height).at(index - 1), level(height).at(index)));
        index = (index - 1) / 2;
      }
    },
    size,
    root: (leaves) => node(depthOf(leaves), 0, leaves),
    inclusion,
    range: (first, count, leaves) => ({
      leftSiblings: siblingsOnSide(first, leaves, 0),
      rightSiblings: siblingsOnSide(first + count - 1, leaves, 1),
    }),
    consistency,
  };
};
