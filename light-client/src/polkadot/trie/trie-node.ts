/**
 * Nodes of Substrate's base-16 Patricia-Merkle trie, versions 0 and 1, decoded strictly. What a
 * trie of this kind can't contain is refused even where its hash is right. Source:
 * https://spec.polkadot.network/chap-state#sect-state-storage-trie; sp_trie::node_codec.
 */

import { type Reader, readAll } from "../../codec/reader.js";
import { bytes, compactU32 } from "../../codec/scale.js";
import { DecodeError } from "../../error.js";

/** A value in the node itself, or, in version 1, the BLAKE2b-256 hash of a value kept beside it. */
export type TrieValue =
  | { readonly type: "inline"; readonly value: Uint8Array }
  | { readonly type: "hashed"; readonly hash: Uint8Array };

/** A child by the hash of its encoding, or, below 32 bytes, the encoding itself. */
export type TrieChild =
  | { readonly type: "hash"; readonly hash: Uint8Array }
  | { readonly type: "inline"; readonly node: Uint8Array };

/** `partialKey` holds one nibble a byte. A branch has 16 places for children. */
export type TrieNode =
  | { readonly type: "leaf"; readonly partialKey: Uint8Array; readonly value: TrieValue }
  | {
      readonly type: "branch";
      readonly partialKey: Uint8Array;
      readonly value: TrieValue | undefined;
      readonly children: readonly (TrieChild | undefined)[];
    };

/** Longest partial key taken, in nibbles: keys of 1,024 bytes, well above any storage key. */
export const MAX_KEY_NIBBLES = 2048;
const HASH_LENGTH = 32;

const malformed = (expected: string): DecodeError =>
  new DecodeError("decode/trie-node", `expected a trie node with ${expected}`);

type ValueKind = "none" | "inline" | "hashed";

interface NodeHeader {
  readonly branch: boolean;
  readonly value: ValueKind;
  readonly lengthBits: number;
}

const nodeHeader = (first: number): NodeHeader => {
  if (first >> 6 === 0b01) return { branch: false, value: "inline", lengthBits: 6 };
  if (first >> 6 === 0b10) return { branch: true, value: "none", lengthBits: 6 };
  if (first >> 6 === 0b11) return { branch: true, value: "inline", lengthBits: 6 };
  if (first >> 5 === 0b001) return { branch: false, value: "hashed", lengthBits: 5 };
  if (first >> 4 === 0b0001) return { branch: true, value: "hashed", lengthBits: 4 };
  throw malformed(`a known header, got byte 0x${first.toString(16)}`);
};

/**
 * The length's low bits are in the header; all ones mean that more bytes follow, up to one below
 * 255.
 */
const readKeyLength = (reader: Reader, first: number, bits: number): number => {
  const full = (1 << bits) - 1;
  let length = first & full;
  if (length < full) return length;
  for (let more = 255; more === 255; ) {
    more = reader.u8();
    length += more;
    if (length > MAX_KEY_NIBBLES) throw malformed(`a partial key of at most ${MAX_KEY_NIBBLES} nibbles`);
  }
  return length;
};

const readPartialKey = (reader: Reader, length: number): Uint8Array => {
  const odd = length % 2;
  const padded = toNibbles(reader.bytes((length + odd) / 2));
  if (odd === 1 && padded[0] !== 0) throw malformed("a partial key padded by zero");
  return padded.subarray(odd);
};

const readValue = (reader: Reader, kind: ValueKind): TrieValue | undefined => {
  if (kind === "none") return undefined;
  if (kind === "hashed") return { type: "hashed", hash: reader.bytes(HASH_LENGTH) };
  return { type: "inline", value: bytes.read(reader) };
};

const readChild = (reader: Reader): TrieChild => {
  const length = compactU32.read(reader);
  if (length === 0 || length > HASH_LENGTH) throw malformed(`children of 1 to 32 bytes, got ${length}`);
  const child = reader.bytes(length);
  return length === HASH_LENGTH ? { type: "hash", hash: child } : { type: "inline", node: child };
};

const readNode = (reader: Reader): TrieNode => {
  const first = reader.u8();
  const kind = nodeHeader(first);
  const partialKey = readPartialKey(reader, readKeyLength(reader, first, kind.lengthBits));
  if (!kind.branch) {
    const value = readValue(reader, kind.value);
    if (value === undefined) throw malformed("a value in its leaf");
    return { type: "leaf", partialKey, value };
  }
  const bitmap = reader.u16();
  const value = readValue(reader, kind.value);
  const children = Array.from({ length: 16 }, (_, nibble) => ((bitmap >> nibble) & 1 ? readChild(reader) : undefined));
  // A branch with less to tell apart would have been merged with its child.
  const ways = children.filter((child) => child !== undefined).length + (value === undefined ? 0 : 1);
  if (ways < 2) throw malformed("two ways to go on in each branch");
  return { type: "branch", partialKey, value, children };
};

/**
 * @throws DecodeError for anything but exactly one node in its only encoding. The empty trie's node
 * is refused, too, as no chain has an empty state.
 */
export const decodeTrieNode = (encoded: Uint8Array): TrieNode => readAll(encoded, readNode);

/** Splits into nibbles, the high one first, one a byte. */
export const toNibbles = (key: Uint8Array): Uint8Array => {
  const nibbles = new Uint8Array(2 * key.length);
  key.forEach((byte, i) => {
    nibbles[2 * i] = byte >> 4;
    nibbles[2 * i + 1] = byte & 0xf;
  });
  return nibbles;
};
