/**
 * A persistent base-16 radix trie: an update shares all but its path with the trie before it. So
 * keeping the states of many blocks costs what they changed.
 */
import { concat } from "@pdiem/light-client/bytes";
import { toNibbles } from "@pdiem/light-client/polkadot/trie/trie-node";
import { commonLength } from "./nibbles.js";

export interface TrieNode {
  /** Nibbles between this node and its place in its parent. */
  readonly partial: Uint8Array;
  readonly value: Uint8Array | undefined;
  /** The value was written under state version 0: it stands in its node under any. */
  readonly isInline?: true;
  /** By nibble; undefined when there are none. */
  readonly children: readonly (TrieNode | undefined)[] | undefined;
}

/** Undefined is the empty trie. */
export type Trie = TrieNode | undefined;

const NO_CHILDREN: readonly (TrieNode | undefined)[] = new Array<TrieNode | undefined>(16).fill(undefined);

const childAt = (node: TrieNode, nibble: number | undefined): Trie =>
  nibble === undefined ? undefined : node.children?.[nibble];

const withValue = ({ partial, children }: TrieNode, value: Uint8Array | undefined): TrieNode => ({
  partial,
  value,
  children,
});

const put = (node: Trie, path: Uint8Array, value: Uint8Array): TrieNode => {
  if (node === undefined) return { partial: path.slice(), value, children: undefined };
  const shared = commonLength(node.partial, path);
  const next = path[shared];
  const branching = node.partial[shared];
  if (branching === undefined) {
    if (next === undefined) return withValue(node, value);
    const child = put(childAt(node, next), path.subarray(shared + 1), value);
    return { ...node, children: (node.children ?? NO_CHILDREN).with(next, child) };
  }
  const lower: TrieNode = { ...node, partial: node.partial.slice(shared + 1) };
  const split: TrieNode = {
    partial: path.slice(0, shared),
    value: next === undefined ? value : undefined,
    children: NO_CHILDREN.with(branching, lower),
  };
  return next === undefined ? split : put(split, path, value);
};

/**
 * Restores the canonical shape after a removal: no node without a value has fewer than two
 * children.
 */
const collapsed = (node: TrieNode): Trie => {
  const children = node.children ?? NO_CHILDREN;
  const taken = children.flatMap((child, nibble) => (child === undefined ? [] : [{ child, nibble }]));
  const [only] = taken;
  if (only === undefined) return node.value === undefined ? undefined : { ...node, children: undefined };
  if (node.value !== undefined || taken.length > 1) return node;
  return { ...only.child, partial: concat(node.partial, Uint8Array.of(only.nibble), only.child.partial) };
};

const drop = (node: Trie, path: Uint8Array): Trie => {
  if (node === undefined) return undefined;
  const shared = commonLength(node.partial, path);
  if (shared < node.partial.length) return node;
  const next = path[shared];
  if (next === undefined) return collapsed(withValue(node, undefined));
  const child = childAt(node, next);
  const rest = drop(child, path.subarray(shared + 1));
  if (rest === child) return node;
  return collapsed({ ...node, children: (node.children ?? NO_CHILDREN).with(next, rest) });
};

/** A change of one key: its new value, or undefined to remove it. */
export type Change = readonly [key: Uint8Array, value: Uint8Array | undefined];

/** Makes the trie after the changes, made in order. */
export const withChanges = (trie: Trie, changes: Iterable<Change>): Trie => {
  let current = trie;
  for (const [key, value] of changes) {
    const path = toNibbles(key);
    current = value === undefined ? drop(current, path) : put(current, path, value);
  }
  return current;
};

/**
 * Makes the trie that a runtime of state version 1 takes over from one of version 0. What is there
 * stays as it is encoded until it is written again.
 */
export const takenOver = (trie: Trie): Trie =>
  trie && {
    ...trie,
    ...(trie.value === undefined ? {} : { isInline: true }),
    children: trie.children?.map(takenOver),
  };

/**
 * Lists the nodes from the root towards a key, as far as its path exists. The value at the key
 * itself comes along.
 */
export const pathTo = (
  trie: Trie,
  key: Uint8Array,
): { readonly nodes: readonly TrieNode[]; readonly value: Uint8Array | undefined } => {
  const nodes: TrieNode[] = [];
  let node = trie;
  let path = toNibbles(key);
  while (node !== undefined) {
    nodes.push(node);
    const shared = commonLength(node.partial, path);
    if (shared < node.partial.length) break;
    const next = path[shared];
    if (next === undefined) return { nodes, value: node.value };
    node = childAt(node, next);
    path = path.subarray(shared + 1);
  }
  return { nodes, value: undefined };
};

/** Reads the value at a key, undefined when absent. */
export const valueAt = (trie: Trie, key: Uint8Array): Uint8Array | undefined => pathTo(trie, key).value;
