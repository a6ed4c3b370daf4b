import { verifyRange } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { ACCUMULATOR_PLACEHOLDER_HASH, nodeHasher } from "@pdiem/light-client/diem/hashing";
import { verifyInclusion } from "@pdiem/light-client/diem/proofs/accumulator";
import {
  accumulatorRoot,
  appendLeaves,
  appendSubtrees,
  EMPTY_ACCUMULATOR,
} from "@pdiem/light-client/diem/proofs/accumulator-append";
import { expect, test } from "vitest";
import { createMerkleAccumulator } from "./merkle-accumulator.js";

const hash = nodeHasher("TestAccumulator");
const leafAt = (index: number): Uint8Array => sha3_256(Uint8Array.of(index));
const LEAVES = 40;

const accumulator = createMerkleAccumulator(hash);
for (let i = 0; i < LEAVES; i++) accumulator.append(leafAt(i));
const sizes = Array.from({ length: LEAVES }, (_, i) => i + 1);

test("an empty accumulator has the placeholder's root", () => {
  expect(createMerkleAccumulator(hash).root(0)).toEqual(ACCUMULATOR_PLACEHOLDER_HASH);
});

test("every leaf is proved under every root that the accumulator had since", () => {
  for (const size of sizes)
    for (let index = 0; index < size; index++)
      verifyInclusion(hash, accumulator.root(size), leafAt(index), BigInt(index), {
        siblings: accumulator.inclusion(index, size),
      });
});

test("every run of leaves is proved under every root that the accumulator had since", () => {
  for (const size of sizes)
    for (let first = 0; first < size; first++)
      for (const count of [1, 2, 5, size - first].filter((n) => first + n <= size)) {
        const leaves = Array.from({ length: count }, (_, i) => leafAt(first + i));
        verifyRange(hash, accumulator.root(size), BigInt(first), leaves, accumulator.range(first, count, size));
      }
});

test("a consistency proof leads from any size to any later one, and from nothing to the complete subtrees", () => {
  const frozenAt = (size: number) =>
    appendLeaves(
      hash,
      EMPTY_ACCUMULATOR,
      Array.from({ length: size }, (_, i) => leafAt(i)),
    );
  for (const to of sizes)
    for (let from = 0; from <= to; from++) {
      const extended = appendSubtrees(hash, frozenAt(from), accumulator.consistency(from, to), BigInt(to - from));
      expect(accumulatorRoot(hash, extended)).toEqual(accumulator.root(to));
    }
});
