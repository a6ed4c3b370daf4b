import fc from "fast-check";
import { expect, test } from "vitest";
import { encode, u32 } from "../../codec/scale.js";
import { blake3 } from "../../crypto/blake3.js";
import { outcome } from "../../testing/outcome.js";
import { heapLeaves } from "../testing/whole-tree-proof.js";
import { type PlacedLeaf, typeTreeRoot } from "./type-tree.js";

const hash = (index: number): Uint8Array => blake3(encode(u32, index));

/** The hash of a node of a heap of so many leaves, from all of them. */
const nodeHash = (count: number, index: number): Uint8Array =>
  index >= count - 1 ? hash(index) : blake3(nodeHash(count, 2 * index + 1), nodeHash(count, 2 * index + 2));

/** A proof of some of the leaves: those at `shown`. */
const partial = (count: number, shown: ReadonlySet<number>): { leaves: PlacedLeaf[]; nodes: Uint8Array[] } => {
  const proof = { leaves: [] as PlacedLeaf[], nodes: [] as Uint8Array[] };
  const shows = (index: number): boolean =>
    index >= count - 1 ? shown.has(index) : shows(2 * index + 1) || shows(2 * index + 2);
  const visit = (index: number): void => {
    if (!shows(index)) proof.nodes.push(nodeHash(count, index));
    else if (index >= count - 1) proof.leaves.push({ index, hash: hash(index) });
    else {
      visit(2 * index + 1);
      visit(2 * index + 2);
    }
  };
  visit(0);
  return proof;
};

const trees = fc
  .integer({ min: 1, max: 40 })
  .chain((count) => fc.tuple(fc.constant(count), fc.subarray([...heapLeaves(count)], { minLength: 1 })));

test("any of a tree's leaves lead to its root", () => {
  fc.assert(
    fc.property(trees, ([count, shown]) => {
      const { leaves, nodes } = partial(count, new Set(shown));
      expect(typeTreeRoot(leaves, nodes)).toEqual(nodeHash(count, 0));
    }),
  );
});

test("another leaf leads to another root", () => {
  const { leaves, nodes } = partial(9, new Set([10]));
  const other = leaves.map(({ index }) => ({ index, hash: hash(99) }));
  expect(typeTreeRoot(other, nodes)).not.toEqual(nodeHash(9, 0));
});

test("PROTOCOL 3: leaves and nodes that the walk doesn't meet, or misses, are refused", () => {
  const { leaves, nodes } = partial(9, new Set([10, 15]));
  const [first, second] = leaves as [PlacedLeaf, PlacedLeaf];
  const verdict = (shown: readonly PlacedLeaf[], beside: readonly Uint8Array[]) =>
    outcome(() => typeTreeRoot(shown, beside));
  expect(verdict(leaves, nodes)).toBe("accepted");
  const wrong: [readonly PlacedLeaf[], readonly Uint8Array[]][] = [
    [leaves, nodes.slice(1)],
    [leaves, [...nodes, hash(1)]],
    [[second, first], nodes],
    [[first, first, second], nodes],
    [[first, second, second], nodes],
    [[first, { ...second, index: 0xffff_ffff }], nodes],
    [[{ index: 0, hash: hash(0) }, first], []],
    [[], []],
  ];
  for (const [shown, beside] of wrong) expect(verdict(shown, beside)).toBe("proof/metadata-tree");
});
