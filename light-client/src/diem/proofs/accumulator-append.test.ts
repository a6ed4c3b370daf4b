import { rootOfLeaves } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equal } from "../../bytes.js";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { ACCUMULATOR_PLACEHOLDER_HASH, hashTransactionAccumulatorNode as hashNode } from "../hashing.js";
import { buildAccumulatorTree } from "../testing/accumulator-tree.js";
import { hashOfText } from "../testing/ledger.js";
import { accepted, flips, sequenceMutations } from "../testing/mutations.js";
import {
  accumulatorConsistencyProof,
  accumulatorRoot,
  appendLeaves,
  appendSubtrees,
  EMPTY_ACCUMULATOR,
  frozenAccumulator,
  MAX_ACCUMULATOR_LEAVES,
} from "./accumulator-append.js";

const leavesOf = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => hashOfText(`leaf ${i}`));
const frozenOf = (count: number) => appendLeaves(hashNode, EMPTY_ACCUMULATOR, leavesOf(count));
const twoSizes = fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a]));

describe("appending to an accumulator", () => {
  test("gives the root of all leaves, however many are appended at once", () => {
    fc.assert(
      fc.property(twoSizes, ([before, after]) => {
        const leaves = leavesOf(after);
        const appended = appendLeaves(hashNode, frozenOf(before), leaves.slice(before));
        expect(appended).toEqual(frozenOf(after));
        expect(accumulatorRoot(hashNode, appended)).toEqual(rootOfLeaves(hashNode, leaves));
      }),
    );
  });

  test("to none gives the placeholder as long as there is no leaf", () => {
    expect(accumulatorRoot(hashNode, EMPTY_ACCUMULATOR)).toEqual(ACCUMULATOR_PLACEHOLDER_HASH);
  });

  test("is refused past 2^63 leaves", () => {
    const full = { frozenSubtreeRoots: [hashOfText("all")], numLeaves: MAX_ACCUMULATOR_LEAVES };
    expect(outcome(() => appendLeaves(hashNode, full, [hashOfText("leaf")]))).toBe("proof/accumulator-leaves");
    expect(outcome(() => appendSubtrees(hashNode, full, [hashOfText("leaf")], 1n))).toBe("proof/accumulator-leaves");
    const larger = { ...full, numLeaves: 2n * MAX_ACCUMULATOR_LEAVES };
    expect(outcome(() => accumulatorRoot(hashNode, larger))).toBe("proof/frozen-subtrees");
  });

  test("is refused backwards", () => {
    expect(outcome(() => appendSubtrees(hashNode, frozenOf(5), [], -1n))).toBe("proof/accumulator-leaves");
  });

  test("needs a root for each set bit of the number of leaves", () => {
    const wrong = { frozenSubtreeRoots: [hashOfText("one")], numLeaves: 3n };
    expect(outcome(() => accumulatorRoot(hashNode, wrong))).toBe("proof/frozen-subtrees");
    expect(outcome(() => appendLeaves(hashNode, wrong, []))).toBe("proof/frozen-subtrees");
    expect(outcome(() => decode(frozenAccumulator, encode(frozenAccumulator, wrong)))).toBe("decode/frozen-subtrees");
    expect(decode(frozenAccumulator, encode(frozenAccumulator, frozenOf(11)))).toEqual(frozenOf(11));
  });
});

describe("a consistency proof", () => {
  const extend = (before: number, after: number, subtrees: readonly Uint8Array[]) =>
    appendSubtrees(hashNode, frozenOf(before), subtrees, BigInt(after - before));

  test("leads from any size to any later one", () => {
    fc.assert(
      fc.property(twoSizes, ([before, after]) => {
        const { frozen, proveConsistency } = buildAccumulatorTree(hashNode, leavesOf(after));
        expect(extend(before, after, proveConsistency(before))).toEqual(frozen);
      }),
    );
  });

  test("leads elsewhere, or nowhere, with any byte flipped or any subtree added, dropped, repeated or swapped", () => {
    fc.assert(
      fc.property(twoSizes, ([before, after]) => {
        const { root, proveConsistency } = buildAccumulatorTree(hashNode, leavesOf(after));
        const subtrees = proveConsistency(before);
        const check = (other: readonly Uint8Array[]) => {
          const reached = accumulatorRoot(hashNode, extend(before, after, other));
          if (!equal(reached, root)) throw new RangeError("another root");
        };
        const leadsThere = (run: () => void): boolean => {
          try {
            return outcome(run) === "accepted";
          } catch (error) {
            if (error instanceof RangeError) return false;
            throw error;
          }
        };
        const honest = encode(accumulatorConsistencyProof, { subtrees }).slice();
        for (const bytes of flips(honest))
          expect(leadsThere(() => check(decode(accumulatorConsistencyProof, bytes).subtrees))).toBe(false);
        for (const other of sequenceMutations(subtrees, hashOfText("foreign")))
          expect(leadsThere(() => check(other))).toBe(false);
      }),
      { numRuns: 10 },
    );
  });

  test("with subtrees missing or left over is refused before any root is compared", () => {
    const subtrees = buildAccumulatorTree(hashNode, leavesOf(11)).proveConsistency(5);
    expect(accepted([subtrees.slice(1), [...subtrees, hashOfText("more")]], (other) => extend(5, 11, other))).toEqual(
      [],
    );
    expect(outcome(() => extend(5, 11, subtrees.slice(1)))).toBe("proof/frozen-subtrees");
  });
});
