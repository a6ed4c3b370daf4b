import { blake2b } from "@noble/hashes/blake2.js";

const digest = (length: number, parts: readonly Uint8Array[]): Uint8Array => {
  const hash = blake2b.create({ dkLen: length });
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * Computes BLAKE2b with a 32-byte output, of the parts one after the other. It is Substrate's hash
 * of headers, trie nodes and calls.
 */
export const blake2b256 = (...parts: readonly Uint8Array[]): Uint8Array => digest(32, parts);

/** Computes BLAKE2b with a 16-byte output, as in Substrate's `Blake2_128Concat` storage keys. */
export const blake2b128 = (...parts: readonly Uint8Array[]): Uint8Array => digest(16, parts);
