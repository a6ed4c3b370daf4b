/**
 * Read proofs: the nodes that a reader needs to look keys up, as `state_getReadProof` returns
 * them.
 */
import { encodeNode, hasHashedValue, type StateVersion } from "./encode.js";
import { pathTo, type Trie, type TrieNode } from "./trie.js";

/**
 * Inlined nodes are part of their parents: only the root and nodes of 32 bytes and more stand
 * alone.
 */
const INLINE_BELOW = 32;

/**
 * Nodes that prove the value, or the absence, of each key; none twice.
 * A hashed value (state version 1) is a node of its own, after the node that names it.
 */
export const readProof = (trie: Trie, version: StateVersion, keys: readonly Uint8Array[]): readonly Uint8Array[] => {
  if (trie === undefined) return [Uint8Array.of(0)];
  const proof = new Map<TrieNode | Uint8Array, Uint8Array>();
  for (const key of keys) {
    const { nodes, value } = pathTo(trie, key);
    for (const node of nodes) {
      if (proof.has(node)) continue;
      const encoded = encodeNode(node, version);
      if (node === trie || encoded.length >= INLINE_BELOW) proof.set(node, encoded);
    }
    const last = nodes.at(-1);
    if (value !== undefined && last !== undefined && hasHashedValue(last, version)) proof.set(value, value);
  }
  return [...proof.values()];
};
