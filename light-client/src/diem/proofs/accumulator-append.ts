/**
 * An accumulator as the roots of its complete subtrees, which is all that appending needs.
 * Consistency proofs are appended subtrees. Source: diem/diem types/src/proof/accumulator/mod.rs.
 * Works for any node hasher.
 */
import { type Codec, mapped, struct, u64, vector } from "../../codec/bcs.js";
import { DecodeError, ProofError } from "../../error.js";
import { type HashValue, hashValue } from "../hash-value.js";
import { ACCUMULATOR_PLACEHOLDER_HASH, type NodeHasher } from "../hashing.js";
import { MAX_ACCUMULATOR_PROOF_DEPTH } from "./accumulator.js";

export const MAX_ACCUMULATOR_LEAVES = 1n << BigInt(MAX_ACCUMULATOR_PROOF_DEPTH);

/**
 * One root for each set bit of `numLeaves`, of the largest subtree first, which is also from left
 * to right.
 */
export interface FrozenAccumulator {
  readonly frozenSubtreeRoots: readonly HashValue[];
  readonly numLeaves: bigint;
}

export const EMPTY_ACCUMULATOR: FrozenAccumulator = { frozenSubtreeRoots: [], numLeaves: 0n };

const bitCount = (value: bigint): number => {
  let count = 0;
  for (let rest = value; rest > 0n; rest >>= 1n) if ((rest & 1n) === 1n) count += 1;
  return count;
};

const isFrozen = ({ frozenSubtreeRoots, numLeaves }: FrozenAccumulator): boolean =>
  numLeaves >= 0n && numLeaves <= MAX_ACCUMULATOR_LEAVES && frozenSubtreeRoots.length === bitCount(numLeaves);

const mismatch = ({ frozenSubtreeRoots, numLeaves }: FrozenAccumulator): string =>
  `expected a root for each set bit of the number of leaves ${numLeaves}, got ${frozenSubtreeRoots.length} roots`;

/**
 * @throws ProofError `proof/frozen-subtrees` unless there are as many roots as the number of
 * leaves demands
 */
export const checkFrozen = (accumulator: FrozenAccumulator): void => {
  if (!isFrozen(accumulator)) throw new ProofError("proof/frozen-subtrees", mismatch(accumulator));
};

/**
 * Roots, then the number of leaves. Unlike upstream's `InMemoryAccumulator` it has no root of the
 * whole, which would have to be computed again anyway.
 * @throws DecodeError `decode/frozen-subtrees`
 */
export const frozenAccumulator: Codec<FrozenAccumulator> = mapped(
  struct<FrozenAccumulator>({
    frozenSubtreeRoots: vector(hashValue, MAX_ACCUMULATOR_PROOF_DEPTH + 1),
    numLeaves: u64,
  }),
  (accumulator) => {
    if (!isFrozen(accumulator)) throw new DecodeError("decode/frozen-subtrees", mismatch(accumulator));
    return accumulator;
  },
  (accumulator) => accumulator,
);

/** @throws ProofError `proof/frozen-subtrees` */
export const accumulatorRoot = (hashNode: NodeHasher, accumulator: FrozenAccumulator): HashValue => {
  checkFrozen(accumulator);
  const { frozenSubtreeRoots, numLeaves } = accumulator;
  const roots = [...frozenSubtreeRoots];
  const last = roots.pop();
  if (last === undefined) return ACCUMULATOR_PLACEHOLDER_HASH;
  if (roots.length === 0) return last;
  let rest = numLeaves;
  while ((rest & 1n) === 0n) rest >>= 1n;
  let root = hashNode(last, ACCUMULATOR_PLACEHOLDER_HASH);
  for (rest >>= 1n; rest > 0n; rest >>= 1n) {
    const left = (rest & 1n) === 1n ? roots.pop() : undefined;
    root = left === undefined ? hashNode(root, ACCUMULATOR_PLACEHOLDER_HASH) : hashNode(left, root);
  }
  return root;
};

/**
 * Pushes the root of a complete subtree of `leaves` leaves, merging it with those of its size.
 * Returns the new count.
 */
const push = (hashNode: NodeHasher, roots: HashValue[], count: bigint, subtree: HashValue, leaves: bigint): bigint => {
  let merged = subtree;
  for (let size = leaves; (count & size) !== 0n; size <<= 1n) {
    const left = roots.pop();
    if (left !== undefined) merged = hashNode(left, merged);
  }
  roots.push(merged);
  return count + leaves;
};

const checkRoom = ({ numLeaves }: FrozenAccumulator, more: bigint): void => {
  if (more < 0n || more > MAX_ACCUMULATOR_LEAVES - numLeaves)
    throw new ProofError("proof/accumulator-leaves", `expected at most 2^63 leaves, got ${numLeaves} and ${more} more`);
};

/** @throws ProofError `proof/frozen-subtrees`, `proof/accumulator-leaves` */
export const appendLeaves = (
  hashNode: NodeHasher,
  accumulator: FrozenAccumulator,
  leaves: readonly HashValue[],
): FrozenAccumulator => {
  checkFrozen(accumulator);
  const { frozenSubtreeRoots, numLeaves } = accumulator;
  checkRoom(accumulator, BigInt(leaves.length));
  const roots = [...frozenSubtreeRoots];
  let count = numLeaves;
  for (const leaf of leaves) count = push(hashNode, roots, count, leaf, 1n);
  return { frozenSubtreeRoots: roots, numLeaves: count };
};

const lowestBit = (value: bigint): bigint => value & -value;

const highestBit = (value: bigint): bigint => 1n << BigInt(value.toString(2).length - 1);

/**
 * Appends `newLeaves` leaves given as the roots of the complete subtrees that they make, left to
 * right. None may be left over. This is also how a consistency proof is applied; it proves nothing
 * until the root is compared.
 * @throws ProofError `proof/frozen-subtrees`, `proof/accumulator-leaves`
 */
export const appendSubtrees = (
  hashNode: NodeHasher,
  accumulator: FrozenAccumulator,
  subtrees: readonly HashValue[],
  newLeaves: bigint,
): FrozenAccumulator => {
  checkFrozen(accumulator);
  checkRoom(accumulator, newLeaves);
  const roots = [...accumulator.frozenSubtreeRoots];
  let count = accumulator.numLeaves;
  let used = 0;
  for (let rest = newLeaves; rest > 0n; ) {
    // Up to the next multiple of the count's lowest bit, subtrees fill what is incomplete; from
    // there they shrink.
    const gap = lowestBit(count);
    const leaves = count > 0n && rest >= gap ? gap : highestBit(rest);
    const subtree = subtrees[used];
    if (subtree === undefined)
      throw new ProofError("proof/frozen-subtrees", `expected more than ${used} subtrees for ${newLeaves} leaves`);
    count = push(hashNode, roots, count, subtree, leaves);
    used += 1;
    rest -= leaves;
  }
  if (used !== subtrees.length)
    throw new ProofError(
      "proof/frozen-subtrees",
      `expected ${used} subtrees for ${newLeaves} leaves, got ${subtrees.length}`,
    );
  return { frozenSubtreeRoots: roots, numLeaves: count };
};

/** Subtrees that lead from one accumulator to a later one, left to right. */
export interface AccumulatorConsistencyProof {
  readonly subtrees: readonly HashValue[];
}

export const accumulatorConsistencyProof: Codec<AccumulatorConsistencyProof> = struct<AccumulatorConsistencyProof>({
  subtrees: vector(hashValue),
});
