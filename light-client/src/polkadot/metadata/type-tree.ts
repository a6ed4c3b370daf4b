/**
 * The root of RFC 78's tree from some leaves and the nodes beside their paths. The tree is a heap.
 * Node 0 is the root, and the children of node i are 2i + 1 and 2i + 2. A node is BLAKE3 of both.
 */
import { blake3 } from "../../crypto/blake3.js";
import { ProofError } from "../../error.js";

/** A leaf's place in the heap and its hash. */
export interface PlacedLeaf {
  readonly index: number;
  readonly hash: Uint8Array;
}

const isBelow = (node: number, leaf: number): boolean => {
  let at = leaf;
  while (at > node) at = Math.floor((at - 1) / 2);
  return at === node;
};

const refuse = (problem: string): never => {
  throw new ProofError("proof/metadata-tree", `expected leaves and nodes as a walk of the tree meets them: ${problem}`);
};

/**
 * Walks the tree in pre-order; leaves and nodes must stand in that order. Where a leaf stands isn't
 * vouched for.
 * @throws ProofError `proof/metadata-tree` unless each leaf and each node is met exactly once
 */
export const typeTreeRoot = (leaves: readonly PlacedLeaf[], nodes: readonly Uint8Array[]): Uint8Array => {
  let nextLeaf = 0;
  let nextNode = 0;
  const walk = (index: number): Uint8Array => {
    const leaf = leaves[nextLeaf];
    if (leaf?.index === index) {
      nextLeaf += 1;
      return leaf.hash;
    }
    if (leaf !== undefined && isBelow(index, leaf.index)) {
      const left = walk(2 * index + 1);
      return blake3(left, walk(2 * index + 2));
    }
    const node = nodes[nextNode] ?? refuse(`node ${index} is missing`);
    nextNode += 1;
    return node;
  };
  const root = walk(0);
  if (nextLeaf !== leaves.length) refuse(`leaf ${nextLeaf} is out of place`);
  if (nextNode !== nodes.length) refuse(`${nodes.length - nextNode} nodes are left over`);
  return root;
};
