import { append, clearLeaf, verifyLeaf } from "@pdiem/bridge/ledger/list";
import { WAITING, type WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import fc from "fast-check";
import { expect, test } from "vitest";
import { listTree } from "./list-tree.js";

const leafOf = (number: number): WaitingLeaf => ({ type: "deposit", value: BigInt(number) });

test("PROTOCOL 2: a tree's paths clear each leaf once, whatever the order, and lead to the ledger's list", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.infiniteStream(fc.nat()), (count, choice) => {
      const leaves = Array.from({ length: count }, (_, i) => leafOf(i));
      const tree = listTree(WAITING, leaves);
      let list = append(WAITING, EMPTY_ACCUMULATOR, leaves);
      expect(tree.list()).toEqual(list);
      const left = leaves.map((_, i) => i);
      while (left.length > 0) {
        const [index = 0] = left.splice((choice.next().value ?? 0) % left.length, 1);
        const path = tree.path(BigInt(index));
        verifyLeaf(WAITING, list, BigInt(index), leafOf(index), path);
        list = clearLeaf(WAITING, list, BigInt(index), leafOf(index), path);
        tree.clear(BigInt(index));
        expect(tree.list()).toEqual(list);
        const again = tree.path(BigInt(index));
        expect(() => clearLeaf(WAITING, list, BigInt(index), leafOf(index), again)).toThrow(
          expect.objectContaining({ code: "proof/list-leaf" }),
        );
      }
    }),
    { numRuns: 30 },
  );
});

test("changes on a copy leave the tree as it was", () => {
  const tree = listTree(WAITING, [leafOf(0), leafOf(1)]);
  const before = tree.list();
  const copy = tree.copy();
  copy.clear(1n);
  copy.append(leafOf(2));
  expect(tree.list()).toEqual(before);
  expect(copy.list().numLeaves).toBe(3n);
});
