/** Walking a trie in key order. */
import { concat } from "@pdiem/light-client/bytes";
import { toNibbles } from "@pdiem/light-client/polkadot/trie/trie-node";
import { commonLength, packNibbles } from "./nibbles.js";
import type { Trie, TrieNode } from "./trie.js";

type Entry = readonly [key: Uint8Array, value: Uint8Array];

function* walk(node: TrieNode, above: Uint8Array, after: Uint8Array | undefined): Generator<Entry> {
  const path = concat(above, node.partial);
  const shared = after === undefined ? 0 : commonLength(path, after);
  const bound = after?.[shared];
  const reached = path[shared];
  if (bound !== undefined && reached !== undefined && reached < bound) return;
  const below = bound !== undefined && reached === undefined ? after : undefined;
  const isAfter = after === undefined || reached !== undefined;
  if (isAfter && node.value !== undefined) yield [packNibbles(path), node.value];
  for (const [nibble, child] of (node.children ?? []).entries()) {
    if (child === undefined || (below !== undefined && bound !== undefined && nibble < bound)) continue;
    yield* walk(
      child,
      concat(path, Uint8Array.of(nibble)),
      below !== undefined && nibble === bound ? below : undefined,
    );
  }
}

/** The part of a trie whose keys begin with a prefix. */
const under = (trie: Trie, prefix: Uint8Array): { readonly node: TrieNode; readonly above: Uint8Array } | undefined => {
  let node = trie;
  let at = 0;
  while (node !== undefined) {
    const rest = prefix.subarray(at);
    const shared = commonLength(node.partial, rest);
    if (shared === rest.length) return { node, above: prefix.subarray(0, at) };
    if (shared < node.partial.length) return undefined;
    node = node.children?.[rest[shared] ?? 16];
    at += shared + 1;
  }
  return undefined;
};

/**
 * Entries whose keys begin with `prefix` and, where `after` is given, come after it; in key order.
 */
export function* entries(trie: Trie, prefix: Uint8Array, after?: Uint8Array): Generator<Entry> {
  const part = under(trie, toNibbles(prefix));
  if (part !== undefined) yield* walk(part.node, part.above, after === undefined ? undefined : toNibbles(after));
}
