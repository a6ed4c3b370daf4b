/** A ledger's list with all of its leaves, as whoever proves leaves keeps it (PROTOCOL 2). */
import { CLEARED, type LeafPath, type List, type ListKind, subtreeOf } from "@pdiem/bridge/ledger/list";

/** All complete subtrees of a list; it changes in place. */
export interface ListTree<T> {
  readonly append: (leaf: T) => void;
  /** Clears a leaf. @throws ProofError `proof/list-bounds` */
  readonly clear: (index: bigint) => void;
  /** Gives the siblings that prove a leaf. @throws ProofError `proof/list-bounds` */
  readonly path: (index: bigint) => LeafPath;
  /** Gives the list as the ledger holds it. */
  readonly list: () => List;
  /** Makes another tree, to try changes on. */
  readonly copy: () => ListTree<T>;
}

const at = (level: readonly Uint8Array[] | undefined, position: number): Uint8Array => {
  const hash = level?.[position];
  if (hash === undefined) throw new RangeError(`expected a node at ${position}`);
  return hash;
};

const treeOf = <T>(kind: ListKind<T>, levels: Uint8Array[][]): ListTree<T> => {
  const { leafHash, nodeHash } = kind;
  const count = (): bigint => BigInt(levels[0]?.length ?? 0);

  const list = (): List => {
    const numLeaves = count();
    const roots: Uint8Array[] = [];
    let start = 0n;
    while (start < numLeaves) {
      const { height } = subtreeOf({ numLeaves, frozenSubtreeRoots: [] }, start);
      roots.push(at(levels[height], Number(start >> BigInt(height))));
      start += 1n << BigInt(height);
    }
    return { frozenSubtreeRoots: roots, numLeaves };
  };

  return {
    append: (leaf) => {
      let hash = leafHash(leaf);
      for (let height = 0; ; height++) {
        levels[height] ??= [];
        const level = levels[height] as Uint8Array[];
        level.push(hash);
        if (level.length % 2 === 1) return;
        hash = nodeHash(at(level, level.length - 2), hash);
      }
    },
    clear: (index) => {
      const { height } = subtreeOf({ numLeaves: count(), frozenSubtreeRoots: [] }, index);
      let position = Number(index);
      let hash = CLEARED;
      for (let i = 0; i <= height; i++) {
        const level = levels[i] as Uint8Array[];
        level[position] = hash;
        const left = position - (position % 2);
        if (i < height) hash = nodeHash(at(level, left), at(level, left + 1));
        position = left / 2;
      }
    },
    path: (index) => {
      const { height } = subtreeOf({ numLeaves: count(), frozenSubtreeRoots: [] }, index);
      const position = Number(index);
      return Array.from({ length: height }, (_, i) => at(levels[i], Math.floor(position / 2 ** i) ^ 1));
    },
    list,
    copy: () =>
      treeOf(
        kind,
        levels.map((level) => [...level]),
      ),
  };
};

/** Builds the tree of some leaves. */
export const listTree = <T>(kind: ListKind<T>, leaves: readonly T[] = []): ListTree<T> => {
  const tree = treeOf(kind, []);
  for (const leaf of leaves) tree.append(leaf);
  return tree;
};
