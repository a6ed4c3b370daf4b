/**
 * Inclusion proofs under one root, one after the other: what an earlier one has shown needn't be
 * hashed again. Proofs of neighbouring leaves share most of their nodes.
 */
import { equal } from "../../bytes.js";
import type { HashValue } from "../hash-value.js";
import type { NodeHasher } from "../hashing.js";
import { type AccumulatorProof, checkRoot } from "../proofs/accumulator.js";

/**
 * Nodes known to be under a root, by heap number. 1 is the root. The children of n are 2n and
 * 2n + 1.
 */
export type KnownNodes = Map<number, HashValue>;

const MAX_KNOWN_NODES = 1 << 16;

/** Deepest tree whose heap numbers are exact. */
export const MAX_KNOWN_DEPTH = 51;

export const createKnownNodes = (root: HashValue): KnownNodes => new Map([[1, root.slice()]]);

const siblingOf = (number: number): number => (number % 2 === 0 ? number + 1 : number - 1);

/**
 * True if all siblings from `level` up are known ones: then nothing above the node is left to
 * check.
 */
const areKnown = (known: KnownNodes, siblings: readonly HashValue[], level: number, start: number): boolean => {
  let number = start;
  for (let at = level; at < siblings.length; at++) {
    const node = known.get(siblingOf(number));
    if (node === undefined || !equal(node, siblings[at] as HashValue)) return false;
    number = Math.floor(number / 2);
  }
  return true;
};

/**
 * Verifies what `verifyInclusion` does, for trees of at most `MAX_KNOWN_DEPTH` levels and an index
 * within the tree, and remembers it. Copies are remembered: the proof's own bytes may be part of a
 * buffer that is used again.
 * @throws ProofError `proof/accumulator-root`
 */
export const verifyAmongKnown = (
  known: KnownNodes,
  hashNode: NodeHasher,
  leaf: HashValue,
  index: number,
  { siblings }: AccumulatorProof,
): void => {
  let number = 2 ** siblings.length + index;
  let hash = leaf;
  const seen: (readonly [number, HashValue])[] = [];
  for (const [level, sibling] of siblings.entries()) {
    if (known.has(number) && areKnown(known, siblings, level, number)) break;
    seen.push([number, hash], [siblingOf(number), sibling]);
    hash = number % 2 === 0 ? hashNode(hash, sibling) : hashNode(sibling, hash);
    number = Math.floor(number / 2);
  }
  checkRoot(hash, known.get(number) ?? new Uint8Array());
  for (const [at, node] of seen) if (known.size < MAX_KNOWN_NODES && !known.has(at)) known.set(at, node.slice());
};
