import { type AccumulatorRangeProof, rootOfLeaves } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import type { HashValue } from "../hash-value.js";
import { ACCUMULATOR_PLACEHOLDER_HASH, type NodeHasher } from "../hashing.js";
import type { AccumulatorProof } from "../proofs/accumulator.js";
import { appendLeaves, EMPTY_ACCUMULATOR, type FrozenAccumulator } from "../proofs/accumulator-append.js";

/** A whole accumulator: its root, and honest proofs of every kind. */
export interface AccumulatorTree {
  readonly root: HashValue;
  readonly frozen: FrozenAccumulator;
  readonly prove: (index: number) => AccumulatorProof;
  readonly proveRange: (first: number, count: number) => AccumulatorRangeProof;
  /** Subtrees that lead from its first `leaves` leaves to the whole. */
  readonly proveConsistency: (leaves: number) => readonly HashValue[];
}

/** All levels from the leaves to the root, each without the nodes right of the last leaf. */
const levelsOf = (hashNode: NodeHasher, leaves: readonly HashValue[]): readonly (readonly HashValue[])[] => {
  const levels = [leaves];
  for (let nodes = leaves; nodes.length > 1; levels.push(nodes)) {
    const below = nodes;
    nodes = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) =>
      hashNode(below[2 * i] ?? ACCUMULATOR_PLACEHOLDER_HASH, below[2 * i + 1] ?? ACCUMULATOR_PLACEHOLDER_HASH),
    );
  }
  return levels;
};

export const buildAccumulatorTree = (hashNode: NodeHasher, leaves: readonly HashValue[]): AccumulatorTree => {
  const levels = levelsOf(hashNode, leaves);
  const below = levels.slice(0, -1);
  const nodeAt = (level: number, index: number): HashValue => levels[level]?.[index] ?? ACCUMULATOR_PLACEHOLDER_HASH;
  const siblings = (index: number, wanted: (position: number) => boolean): HashValue[] =>
    below.flatMap((_, level) => {
      const position = Math.floor(index / 2 ** level);
      return wanted(position) ? [nodeAt(level, position % 2 === 0 ? position + 1 : position - 1)] : [];
    });
  return {
    root: rootOfLeaves(hashNode, leaves),
    frozen: appendLeaves(hashNode, EMPTY_ACCUMULATOR, leaves),
    prove: (index) => ({ siblings: siblings(index, () => true) }),
    proveRange: (first, count) => ({
      leftSiblings: siblings(first, (position) => position % 2 === 1),
      rightSiblings: siblings(first + count - 1, (position) => position % 2 === 0),
    }),
    proveConsistency: (old) => {
      const subtrees: HashValue[] = [];
      for (let at = old; at < leaves.length; ) {
        let level = 0;
        while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= leaves.length) level += 1;
        subtrees.push(nodeAt(level, at / 2 ** level));
        at += 2 ** level;
      }
      return subtrees;
    },
  };
};
