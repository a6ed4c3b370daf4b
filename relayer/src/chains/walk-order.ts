/**
 * The leaves of a heap-shaped tree and the nodes beside their paths. They come in the order in
 * which a walk meets them.
 */
export interface WalkOrder {
  readonly leaves: readonly number[];
  readonly nodes: readonly number[];
}

const ancestors = (leaves: readonly number[]): ReadonlySet<number> => {
  const above = new Set<number>();
  for (const leaf of leaves)
    for (let at = leaf; at > 0; ) {
      at = Math.floor((at - 1) / 2);
      if (above.has(at)) break;
      above.add(at);
    }
  return above;
};

/** Walks in pre-order from node 0; the children of node i are 2i + 1 and 2i + 2. */
export const walkOrder = (leaves: readonly number[]): WalkOrder => {
  const wanted = new Set(leaves);
  const above = ancestors(leaves);
  const met = { leaves: [] as number[], nodes: [] as number[] };
  const visit = (index: number): void => {
    if (wanted.has(index)) met.leaves.push(index);
    else if (above.has(index)) {
      visit(2 * index + 1);
      visit(2 * index + 2);
    } else met.nodes.push(index);
  };
  visit(0);
  return met;
};
