import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { createKnownNodes, verifyAmongKnown } from "../epochs/known-nodes.js";
import { ACCUMULATOR_PLACEHOLDER_HASH, hashTransactionAccumulatorNode as hashNode } from "../hashing.js";
import { buildAccumulatorTree } from "../testing/accumulator-tree.js";
import { hashOfText } from "../testing/ledger.js";
import { accepted, flips, sequenceMutations } from "../testing/mutations.js";
import { accumulatorProof, verifyInclusion } from "./accumulator.js";

const leavesOf = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => hashOfText(`leaf ${i}`));
const treeAndIndex = fc.integer({ min: 1, max: 40 }).chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1)));

describe("inclusion in an accumulator", () => {
  test("is proven for every leaf of every small tree, and for no other index or leaf", () => {
    for (let count = 1; count <= 17; count++) {
      const leaves = leavesOf(count);
      const tree = buildAccumulatorTree(hashNode, leaves);
      for (const [i, leaf] of leaves.entries()) {
        const check = (index: number) => () => verifyInclusion(hashNode, tree.root, leaf, BigInt(index), tree.prove(i));
        const passing = Array.from({ length: 64 }, (_, index) => index).filter((n) => outcome(check(n)) === "accepted");
        expect(passing).toEqual([i]);
      }
    }
  });

  test("of an index that the tree's depth has no room for is refused, though its low bits fit", () => {
    const tree = buildAccumulatorTree(hashNode, leavesOf(5));
    const check = (index: bigint) => () =>
      verifyInclusion(hashNode, tree.root, hashOfText("leaf 2"), index, tree.prove(2));
    expect(outcome(check(2n))).toBe("accepted");
    expect(outcome(check(10n))).toBe("proof/accumulator-index");
    expect(outcome(check(2n + (1n << 63n)))).toBe("proof/accumulator-index");
  });

  test("takes at most 63 siblings", () => {
    const siblings = Array.from({ length: 64 }, () => ACCUMULATOR_PLACEHOLDER_HASH);
    const run = () => verifyInclusion(hashNode, hashOfText("root"), hashOfText("leaf"), 0n, { siblings });
    expect(outcome(run)).toBe("proof/accumulator-depth");
  });

  test("fails with any byte of the proof flipped", () => {
    fc.assert(
      fc.property(treeAndIndex, ([count, index]) => {
        const tree = buildAccumulatorTree(hashNode, leavesOf(count));
        const leaf = hashOfText(`leaf ${index}`);
        const check = (bytes: Uint8Array) =>
          verifyInclusion(hashNode, tree.root, leaf, BigInt(index), decode(accumulatorProof, bytes));
        const honest = encode(accumulatorProof, tree.prove(index)).slice();
        check(honest);
        expect(accepted(flips(honest), check)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test("fails with any sibling added, dropped, repeated or swapped", () => {
    fc.assert(
      fc.property(treeAndIndex, ([count, index]) => {
        const tree = buildAccumulatorTree(hashNode, leavesOf(count));
        const leaf = hashOfText(`leaf ${index}`);
        const check = (siblings: readonly Uint8Array[]) =>
          verifyInclusion(hashNode, tree.root, leaf, BigInt(index), { siblings });
        const { siblings } = tree.prove(index);
        for (const foreign of [hashOfText("foreign"), ACCUMULATOR_PLACEHOLDER_HASH])
          expect(accepted(sequenceMutations(siblings, foreign), check)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("inclusion among known nodes", () => {
  const leaves = leavesOf(40);
  const tree = buildAccumulatorTree(hashNode, leaves);

  const counting = () => {
    let hashed = 0;
    const hash = (left: Uint8Array, right: Uint8Array) => {
      hashed += 1;
      return hashNode(left, right);
    };
    return { hash, hashed: () => hashed };
  };

  test("hashes nodes that were verified before no second time", () => {
    const known = createKnownNodes(tree.root);
    const { hash, hashed } = counting();
    for (const [i, leaf] of leaves.entries()) verifyAmongKnown(known, hash, leaf, i, tree.prove(i));
    expect(hashed()).toBeLessThan(2 * leaves.length);
    const before = hashed();
    for (const [i, leaf] of leaves.entries()) verifyAmongKnown(known, hash, leaf, i, tree.prove(i));
    expect(hashed()).toBe(before);
  });

  test("fails with any sibling changed or another leaf, however much is known", () => {
    const known = createKnownNodes(tree.root);
    for (const [i, leaf] of leaves.entries()) verifyAmongKnown(known, hashNode, leaf, i, tree.prove(i));
    for (const [i, leaf] of leaves.entries()) {
      const { siblings } = tree.prove(i);
      const changed = siblings.map((_, at) => ({ siblings: siblings.with(at, hashOfText("foreign")) }));
      expect(accepted(changed, (proof) => verifyAmongKnown(known, hashNode, leaf, i, proof))).toEqual([]);
      expect(outcome(() => verifyAmongKnown(known, hashNode, hashOfText("foreign"), i, { siblings }))).toBe(
        "proof/accumulator-root",
      );
    }
  });

  test("remembers no more than 65,536 nodes", () => {
    const known = createKnownNodes(tree.root);
    for (let i = 1; i < 65_535; i++) known.set(2 ** 40 + i, tree.root);
    verifyAmongKnown(known, hashNode, hashOfText("leaf 3"), 3, tree.prove(3));
    expect(known.size).toBe(65_536);
    verifyAmongKnown(known, hashNode, hashOfText("leaf 9"), 9, tree.prove(9));
    expect(known.size).toBe(65_536);
  });

  test("learns nothing from a proof that fails, nor from bytes changed after it passed", () => {
    const known = createKnownNodes(tree.root);
    const forged = { siblings: tree.prove(3).siblings.with(0, hashOfText("foreign")) };
    expect(outcome(() => verifyAmongKnown(known, hashNode, hashOfText("leaf 3"), 3, forged))).not.toBe("accepted");
    expect(known.size).toBe(1);
    const reused = { siblings: tree.prove(3).siblings.map((sibling) => sibling.slice()) };
    verifyAmongKnown(known, hashNode, hashOfText("leaf 3"), 3, reused);
    reused.siblings[0]?.set(hashOfText("foreign"));
    const asNeighbour = () => verifyAmongKnown(known, hashNode, hashOfText("foreign"), 2, tree.prove(2));
    expect(outcome(asNeighbour)).toBe("proof/accumulator-root");
  });
});
