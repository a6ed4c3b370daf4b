import { compare, concat } from "@pdiem/light-client/bytes";
import { bytes, encode } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { toNibbles } from "@pdiem/light-client/polkadot/trie/trie-node";

/**
 * A whole state trie of version 0: its root, and all its nodes, which prove any key present or
 * absent.
 */
export interface StateTrie {
  readonly root: Uint8Array;
  readonly nodes: readonly Uint8Array[];
}

type Entries = readonly (readonly [nibbles: Uint8Array, value: Uint8Array])[];

const LEAF = 0b01 << 6;
const BRANCH = 0b10 << 6;
const BRANCH_WITH_VALUE = 0b11 << 6;
const FULL = 63;

const header = (variant: number, nibbles: Uint8Array): Uint8Array => {
  const { length } = nibbles;
  const head = length < FULL ? [variant | length] : [variant | FULL, length - FULL];
  const padded = length % 2 === 1 ? Uint8Array.of(0, ...nibbles) : nibbles;
  const packed = Array.from(
    { length: padded.length / 2 },
    (_, i) => ((padded[2 * i] ?? 0) << 4) | (padded[2 * i + 1] ?? 0),
  );
  return Uint8Array.from([...head, ...packed]);
};

const commonPrefix = (a: Uint8Array, b: Uint8Array): number => {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
};

/**
 * Encodes the node of sorted entries that agree in their first `depth` nibbles. Adds it and those
 * below it to `nodes`.
 */
const build = (entries: Entries, depth: number, nodes: Uint8Array[]): Uint8Array => {
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("expected at least one entry");
  const [key, value] = first;
  const encoded = (): Uint8Array => {
    if (entries.length === 1) return concat(header(LEAF, key.subarray(depth)), encode(bytes, value));
    const end = commonPrefix(key, last[0]);
    const ends = key.length === end;
    const children: Uint8Array[] = [];
    let bitmap = 0;
    for (let nibble = 0; nibble < 16; nibble++) {
      const below = entries.filter(([other]) => other.length > end && other[end] === nibble);
      if (below.length === 0) continue;
      bitmap |= 1 << nibble;
      const node = build(below, end + 1, nodes);
      children.push(encode(bytes, node.length < 32 ? node : blake2b256(node)));
    }
    const head = header(ends ? BRANCH_WITH_VALUE : BRANCH, key.subarray(depth, end));
    const own = ends ? encode(bytes, value) : new Uint8Array();
    return concat(head, Uint8Array.of(bitmap & 0xff, bitmap >> 8), own, ...children);
  };
  const node = encoded();
  if (node.length >= 32 || depth === 0) nodes.push(node);
  return node;
};

/** @param entries keys below 160 bytes, each once */
export const buildStateTrie = (entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[]): StateTrie => {
  const nodes: Uint8Array[] = [];
  const sorted = [...entries].sort(([a], [b]) => compare(a, b)).map(([key, value]) => [toNibbles(key), value] as const);
  const root = build(sorted, 0, nodes);
  return { root: blake2b256(root), nodes };
};
