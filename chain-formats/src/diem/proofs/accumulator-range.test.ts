import { decode, encode } from "@pdiem/light-client/codec/bcs";
import {
  ACCUMULATOR_PLACEHOLDER_HASH,
  hashTransactionAccumulatorNode as hashNode,
} from "@pdiem/light-client/diem/hashing";
import { buildAccumulatorTree } from "@pdiem/light-client/diem/testing/accumulator-tree";
import { hashOfText } from "@pdiem/light-client/diem/testing/ledger";
import { accepted, flips, sequenceMutations } from "@pdiem/light-client/diem/testing/mutations";
import { outcome } from "@pdiem/light-client/testing/outcome";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccumulatorRangeProof, accumulatorRangeProof, rootOfLeaves, verifyRange } from "./accumulator-range.js";

const leavesOf = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => hashOfText(`leaf ${i}`));

/** A tree of `size` leaves, and the `count` of them from `first` on. */
const ranges = fc.integer({ min: 1, max: 24 }).chain((size) =>
  fc.nat(size - 1).chain((first) =>
    fc.record({
      size: fc.constant(size),
      first: fc.constant(first),
      count: fc.integer({ min: 1, max: size - first }),
    }),
  ),
);

describe("a range of an accumulator", () => {
  test("is proven wherever it lies, and nowhere else", () => {
    fc.assert(
      fc.property(ranges, ({ size, first, count }) => {
        const leaves = leavesOf(size);
        const tree = buildAccumulatorTree(hashNode, leaves);
        const proof = tree.proveRange(first, count);
        const range = leaves.slice(first, first + count);
        const at = Array.from({ length: 70 }, (_, index) => BigInt(index));
        const passing = accepted(at, (index) => verifyRange(hashNode, tree.root, index, range, proof));
        expect(passing).toEqual([BigInt(first)]);
      }),
    );
  });

  test("fails with any byte of the proof flipped", () => {
    fc.assert(
      fc.property(ranges, ({ size, first, count }) => {
        const leaves = leavesOf(size);
        const tree = buildAccumulatorTree(hashNode, leaves);
        const range = leaves.slice(first, first + count);
        const check = (bytes: Uint8Array) =>
          verifyRange(hashNode, tree.root, BigInt(first), range, decode(accumulatorRangeProof, bytes));
        const honest = encode(accumulatorRangeProof, tree.proveRange(first, count)).slice();
        check(honest);
        expect(accepted(flips(honest), check)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test("fails with any leaf or sibling added, dropped, repeated or swapped", () => {
    fc.assert(
      fc.property(ranges, ({ size, first, count }) => {
        const leaves = leavesOf(size);
        const tree = buildAccumulatorTree(hashNode, leaves);
        const range = leaves.slice(first, first + count);
        const proof = tree.proveRange(first, count);
        const check = (other: AccumulatorRangeProof, shown = range) =>
          verifyRange(hashNode, tree.root, BigInt(first), shown, other);
        for (const foreign of [hashOfText("foreign"), ACCUMULATOR_PLACEHOLDER_HASH]) {
          const left = sequenceMutations(proof.leftSiblings, foreign);
          const right = sequenceMutations(proof.rightSiblings, foreign);
          expect(accepted(left, (leftSiblings) => check({ ...proof, leftSiblings }))).toEqual([]);
          expect(accepted(right, (rightSiblings) => check({ ...proof, rightSiblings }))).toEqual([]);
          expect(accepted(sequenceMutations(range, foreign), (shown) => check(proof, [...shown]))).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("without a first index must be empty, and with one must not be", () => {
    const none = { leftSiblings: [], rightSiblings: [] };
    const root = rootOfLeaves(hashNode, leavesOf(3));
    const leaf = hashOfText("leaf 0");
    const run = (first: bigint | undefined, leaves: Uint8Array[], proof: AccumulatorRangeProof) =>
      outcome(() => verifyRange(hashNode, root, first, leaves, proof));
    expect(run(undefined, [], none)).toBe("accepted");
    expect(run(undefined, [leaf], none)).toBe("proof/accumulator-range");
    expect(run(undefined, [], { ...none, leftSiblings: [leaf] })).toBe("proof/accumulator-range");
    expect(run(0n, [], none)).toBe("proof/accumulator-range");
  });

  test("takes at most 63 siblings a side", () => {
    const many = Array.from({ length: 64 }, () => ACCUMULATOR_PLACEHOLDER_HASH);
    const run = (proof: AccumulatorRangeProof) =>
      outcome(() => verifyRange(hashNode, hashOfText("root"), 0n, [hashOfText("leaf")], proof));
    expect(run({ leftSiblings: many, rightSiblings: [] })).toBe("proof/accumulator-depth");
    expect(run({ leftSiblings: [], rightSiblings: many })).toBe("proof/accumulator-depth");
  });
});
