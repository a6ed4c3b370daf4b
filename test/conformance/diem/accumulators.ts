/** Vectors of accumulators and of the sparse Merkle tree by themselves. */

import { accumulatorRangeProof, rootOfLeaves, verifyRange } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import {
  hashSparseMerkleNode,
  hashTransactionAccumulatorNode,
  type NodeHasher,
  nodeHasher,
  SPARSE_MERKLE_PLACEHOLDER_HASH,
} from "@pdiem/light-client/diem/hashing";
import { accumulatorProof, verifyInclusion } from "@pdiem/light-client/diem/proofs/accumulator";
import {
  accumulatorConsistencyProof,
  accumulatorRoot,
  appendLeaves,
  appendSubtrees,
  EMPTY_ACCUMULATOR,
  type FrozenAccumulator,
} from "@pdiem/light-client/diem/proofs/accumulator-append";
import {
  sparseMerkleLeafHash,
  sparseMerkleProof,
  verifySparseMerkle,
} from "@pdiem/light-client/diem/proofs/sparse-merkle";
import { type Fields, type Handler, hexOf, type Results, UnreadableVector } from "./vector.js";

const hasherOf = (input: Fields): NodeHasher =>
  input.has("hasher") ? nodeHasher(input.text("hasher")) : hashTransactionAccumulatorNode;

export const frozenAccumulatorOf = (fields: Fields): FrozenAccumulator => ({
  frozenSubtreeRoots: fields.list("frozen_subtree_roots").map((one) => hexOf(one)),
  numLeaves: fields.integer("num_leaves"),
});

const everySize = (hashNode: NodeHasher, leaves: readonly Uint8Array[]): Results => {
  const sizes = Array.from({ length: leaves.length + 1 }, (_, n) => leaves.slice(0, n));
  const frozen = sizes.map((some) => appendLeaves(hashNode, EMPTY_ACCUMULATOR, some));
  const agree = sizes.every((some, n) => {
    const appended = accumulatorRoot(hashNode, frozen[n] ?? EMPTY_ACCUMULATOR);
    return rootOfLeaves(hashNode, some).every((byte, i) => byte === appended[i]);
  });
  return {
    roots_by_num_leaves: agree ? sizes.map((some) => rootOfLeaves(hashNode, some)) : "two ways to a root differ",
    frozen_subtree_roots_by_num_leaves: frozen.map(({ frozenSubtreeRoots }) => frozenSubtreeRoots),
  };
};

const consistency = (input: Fields): Results => {
  const hashNode = hasherOf(input);
  const old = frozenAccumulatorOf(input.object("old"));
  const { subtrees } = input.bcs("consistency_proof", accumulatorConsistencyProof);
  const extended = appendSubtrees(hashNode, old, subtrees, input.integer("new_num_leaves") - old.numLeaves);
  return { new_frozen_subtree_roots: extended.frozenSubtreeRoots, new_root: accumulatorRoot(hashNode, extended) };
};

const accumulator: Handler = (input) => {
  if (input.has("leaves"))
    return everySize(
      hasherOf(input),
      input.list("leaves").map((one) => hexOf(one)),
    );
  if (input.has("consistency_proof")) return consistency(input);
  const proof = input.bcs("proof", accumulatorProof);
  verifyInclusion(hasherOf(input), input.hex("root"), input.hex("leaf"), input.integer("index"), proof);
  return {};
};

const range: Handler = (input) => {
  verifyRange(
    hasherOf(input),
    input.hex("root"),
    input.has("first") ? input.integer("first") : undefined,
    input.list("leaves").map((one) => hexOf(one)),
    input.bcs("proof", accumulatorRangeProof),
  );
  return {};
};

const consistencyProof: Handler = (input) => {
  if (input.has("from") && typeof input.json("from") !== "object")
    throw new UnreadableVector("expected `from` as an accumulator, or null");
  const from = input.has("from") ? frozenAccumulatorOf(input.object("from")) : EMPTY_ACCUMULATOR;
  const { subtrees } = input.bcs("accumulator_consistency_proof", accumulatorConsistencyProof);
  const newLeaves = input.integer("to_version") + 1n - from.numLeaves;
  const extended = appendSubtrees(hashTransactionAccumulatorNode, from, subtrees, newLeaves);
  return {
    num_leaves: extended.numLeaves,
    frozen_subtree_roots: extended.frozenSubtreeRoots,
    accumulator_root: accumulatorRoot(hashTransactionAccumulatorNode, extended),
  };
};

type Item = readonly [key: Uint8Array, valueHash: Uint8Array];

const bitOf = ([key]: Item, depth: number): number => ((key[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;

/** The root of the state tree with these keys and hashes of values, each key once. */
export const stateRoot = (items: readonly Item[], depth = 0): Uint8Array => {
  const [first] = items;
  if (first === undefined) return SPARSE_MERKLE_PLACEHOLDER_HASH;
  if (items.length === 1) return sparseMerkleLeafHash({ key: first[0], valueHash: first[1] });
  if (depth >= 256) throw new UnreadableVector("a key that comes twice");
  const half = (bit: number) => items.filter((item) => bitOf(item, depth) === bit);
  return hashSparseMerkleNode(stateRoot(half(0), depth + 1), stateRoot(half(1), depth + 1));
};

const sparseMerkle: Handler = (input) => {
  if (input.has("items")) {
    const items = input.list("items").map((pair) => {
      if (!Array.isArray(pair)) throw new UnreadableVector("expected items as pairs");
      return [hexOf(pair[0]), hexOf(pair[1])] as const;
    });
    return { root: stateRoot(items), root_empty: stateRoot([]), root_single: stateRoot(items.slice(0, 1)) };
  }
  const valueHash = input.has("value_hash") ? input.hex("value_hash") : undefined;
  verifySparseMerkle(input.hex("root"), input.hex("key"), valueHash, input.bcs("proof", sparseMerkleProof));
  return {};
};

export const accumulatorHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["accumulator", accumulator],
  ["range-proof", range],
  ["consistency-proof", consistencyProof],
  ["sparse-merkle", sparseMerkle],
]);
