/**
 * Read proofs, as `state_getReadProof` gives them: the nodes between a state root and the keys
 * asked for. Nodes that weren't needed prove nothing and harm nothing: real nodes send such.
 * `exact` refuses them all the same, for callers to whom one statement must have one proof.
 */
import { equal } from "../../bytes.js";
import { ProofError } from "../../error.js";
import { type ProofNodes, proofNodes, type TrieOptions } from "./proof-nodes.js";
import { MAX_KEY_NIBBLES, toNibbles } from "./trie-node.js";

export interface ReadOptions extends TrieOptions {
  /** Refuses nodes that the reading didn't need, and repeated ones. */
  readonly exact?: boolean | undefined;
}

/** The value at a key, a copy, or undefined where the proof shows that there is none. */
export type TrieLookup = (key: Uint8Array) => Uint8Array | undefined;

const lookup =
  (nodes: ProofNodes): TrieLookup =>
  (key) => {
    const path = toNibbles(key);
    if (path.length === 0 || path.length > MAX_KEY_NIBBLES)
      throw new ProofError("proof/key", `expected a key of 1 to ${MAX_KEY_NIBBLES / 2} bytes, got ${key.length}`);
    let node = nodes.root();
    for (let at = 0; ; at += 1) {
      const end = at + node.partialKey.length;
      // Another key stands where this one would: that is its absence.
      if (!equal(path.subarray(at, end), node.partialKey)) return undefined;
      at = end;
      if (at === path.length) return node.value && Uint8Array.from(nodes.value(node.value));
      if (node.type === "leaf") return undefined;
      const child = node.children[path[at] as number];
      if (child === undefined) return undefined;
      node = nodes.child(child);
    }
  };

/**
 * Opens a proof for any number of keys. The look-up throws ProofError `proof/missing-node` where a
 * node that it needs isn't there. It throws DecodeError where one is malformed, and takes neither
 * for absence.
 * @param stateRoot 32 bytes, from a verified header
 * @throws ProofError `proof/empty-root`, `proof/too-large`
 */
export const openProof = (stateRoot: Uint8Array, nodes: readonly Uint8Array[], options?: TrieOptions): TrieLookup =>
  lookup(proofNodes(stateRoot, nodes, options));

/**
 * Proves the values at some keys, in their order; undefined for each proven absent.
 * @throws ProofError `proof/surplus-node` with `exact`; DecodeError and ProofError of `openProof`
 * and its look-up
 */
export const readProofs = (
  stateRoot: Uint8Array,
  nodes: readonly Uint8Array[],
  keys: readonly Uint8Array[],
  options: ReadOptions = {},
): readonly (Uint8Array | undefined)[] => {
  const opened = proofNodes(stateRoot, nodes, options);
  const values = keys.map(lookup(opened));
  if (options.exact === true && opened.surplus() > 0)
    throw new ProofError("proof/surplus-node", `expected only nodes that the keys need, got ${opened.surplus()} more`);
  return values;
};

/**
 * Proves the value at one key; undefined if proven absent.
 * @throws DecodeError and ProofError of `readProofs`
 */
export const readProof = (
  stateRoot: Uint8Array,
  nodes: readonly Uint8Array[],
  key: Uint8Array,
  options?: ReadOptions,
): Uint8Array | undefined => readProofs(stateRoot, nodes, [key], options)[0];
