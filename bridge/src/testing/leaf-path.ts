import { append, CLEARED, type LeafPath, type List, type ListKind, subtreeOf } from "../ledger/list.js";

/** Makes a list of these leaves. */
export const listOf = <T>(kind: ListKind<T>, leaves: readonly T[]): List =>
  append(kind, { numLeaves: 0n, frozenSubtreeRoots: [] }, leaves);

/** Makes the path of leaf `index`; undefined stands for a leaf that has been cleared. */
export const pathOf = <T>(
  { leafHash, nodeHash }: ListKind<T>,
  leaves: readonly (T | undefined)[],
  index: bigint,
): LeafPath => {
  const { height, start } = subtreeOf({ numLeaves: BigInt(leaves.length), frozenSubtreeRoots: [] }, index);
  const first = Number(start);
  let level = leaves.slice(first, first + 2 ** height).map((leaf) => (leaf === undefined ? CLEARED : leafHash(leaf)));
  let position = Number(index) - first;
  const path: Uint8Array[] = [];
  for (let i = 0; i < height; i++) {
    path.push(level[position ^ 1] ?? CLEARED);
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, j) =>
      nodeHash(below[2 * j] ?? CLEARED, below[2 * j + 1] ?? CLEARED),
    );
    position >>= 1;
  }
  return path;
};
