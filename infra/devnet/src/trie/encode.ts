/**
 * The encoding of trie nodes and the hash of a trie. Source: sp_trie's LayoutV0 and LayoutV1;
 * Polkadot specification, "State and Transitions".
 */
import { concat } from "@pdiem/light-client/bytes";
import { bytes, encode } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { packNibbles } from "./nibbles.js";
import { type Trie, type TrieNode, withChanges } from "./trie.js";

/** 0: values stand in their nodes. 1: values of more than 32 bytes stand there by hash. */
export type StateVersion = 0 | 1;

const HASH_LENGTH = 32;
const EMPTY_NODE = Uint8Array.of(0);

/**
 * Variants of the node header. Each has the bits that name it, and how many are left for the
 * partial key's length.
 */
const VARIANT = {
  leaf: [0b01 << 6, 6],
  branch: [0b10 << 6, 6],
  branchWithValue: [0b11 << 6, 6],
  leafWithHashedValue: [0b001 << 5, 5],
  branchWithHashedValue: [0b0001 << 4, 4],
} as const;

const variantOf = (node: TrieNode, hashed: boolean): keyof typeof VARIANT => {
  if (node.children === undefined) return hashed ? "leafWithHashedValue" : "leaf";
  if (node.value === undefined) return "branch";
  return hashed ? "branchWithHashedValue" : "branchWithValue";
};

const nodeHeader = (variant: keyof typeof VARIANT, length: number): Uint8Array => {
  const [prefix, bits] = VARIANT[variant];
  const most = (1 << bits) - 1;
  if (length < most) return Uint8Array.of(prefix | length);
  const header = [prefix | most];
  let rest = length - most;
  for (; rest >= 255; rest -= 255) header.push(255);
  return Uint8Array.from([...header, rest]);
};

/**
 * Tells whether the value is replaced by its hash in the node. In proofs it is a node of its own
 * then.
 */
export const hasHashedValue = ({ value, isInline }: TrieNode, version: StateVersion): boolean =>
  version === 1 && isInline !== true && value !== undefined && value.length > HASH_LENGTH;

const valuePart = (value: Uint8Array | undefined, hashed: boolean): Uint8Array => {
  if (value === undefined) return new Uint8Array();
  return hashed ? blake2b256(value) : encode(bytes, value);
};

/** Gives the encoding of one node, its children by reference. */
export const encodeNode = (node: TrieNode, version: StateVersion): Uint8Array => {
  const hashed = hasHashedValue(node, version);
  const head = nodeHeader(variantOf(node, hashed), node.partial.length);
  const own = [head, packNibbles(node.partial)];
  if (node.children === undefined) return concat(...own, valuePart(node.value, hashed));
  let bitmap = 0;
  const references: Uint8Array[] = [];
  for (const [nibble, child] of node.children.entries()) {
    if (child === undefined) continue;
    bitmap |= 1 << nibble;
    references.push(encode(bytes, reference(child, version)));
  }
  return concat(...own, Uint8Array.of(bitmap & 0xff, bitmap >> 8), valuePart(node.value, hashed), ...references);
};

// Nodes never change and are shared between the tries of many blocks: each is hashed once.
const references: readonly [WeakMap<TrieNode, Uint8Array>, WeakMap<TrieNode, Uint8Array>] = [
  new WeakMap(),
  new WeakMap(),
];

/** Tells how a parent refers to a node: its encoding when that is under 32 bytes, else its hash. */
export const reference = (node: TrieNode, version: StateVersion): Uint8Array => {
  const known = references[version].get(node);
  if (known !== undefined) return known;
  const encoded = encodeNode(node, version);
  const made = encoded.length < HASH_LENGTH ? encoded : blake2b256(encoded);
  references[version].set(node, made);
  return made;
};

/** Gives the root hash, 32 bytes, also of an empty trie or a tiny root. */
export const rootHash = (trie: Trie, version: StateVersion): Uint8Array => {
  if (trie === undefined) return blake2b256(EMPTY_NODE);
  const root = reference(trie, version);
  return root.length < HASH_LENGTH ? blake2b256(root) : root;
};

/**
 * Gives the root of a list, as in a header's `extrinsics_root`: keys are SCALE compact indices,
 * state version 0.
 */
export const listRoot = (keyOf: (index: number) => Uint8Array, items: readonly Uint8Array[]): Uint8Array =>
  rootHash(
    withChanges(
      undefined,
      items.map((item, i) => [keyOf(i), item] as const),
    ),
    0,
  );
