/**
 * Substrate's non-cryptographic storage hashes: XXH64 with seeds 0, 1, … one after the other,
 * little endian. Source: the xxHash specification,
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
 */
import { concat } from "../bytes.js";
import { createReader, type Reader } from "../codec/reader.js";

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint => wrap(value << bits) | (value >> (64n - bits));
const round = (lane: bigint, input: bigint): bigint => wrap(rotate(wrap(lane + input * PRIME_2), 31n) * PRIME_1);

const mergeLane = (hash: bigint, lane: bigint): bigint => wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);

const stripes = (reader: Reader, seed: bigint): bigint => {
  let a = wrap(seed + PRIME_1 + PRIME_2);
  let b = wrap(seed + PRIME_2);
  let c = seed;
  let d = wrap(seed - PRIME_1);
  while (reader.left() >= 32) {
    a = round(a, reader.u64());
    b = round(b, reader.u64());
    c = round(c, reader.u64());
    d = round(d, reader.u64());
  }
  const mixed = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
  return [a, b, c, d].reduce(mergeLane, mixed);
};

const tail = (reader: Reader, start: bigint): bigint => {
  let hash = start;
  while (reader.left() >= 8) hash = wrap(rotate(hash ^ round(0n, reader.u64()), 27n) * PRIME_1 + PRIME_4);
  if (reader.left() >= 4) hash = wrap(rotate(hash ^ wrap(BigInt(reader.u32()) * PRIME_1), 23n) * PRIME_2 + PRIME_3);
  while (reader.left() > 0) hash = wrap(rotate(hash ^ wrap(BigInt(reader.u8()) * PRIME_5), 11n) * PRIME_1);
  return hash;
};

const avalanche = (value: bigint): bigint => {
  let hash = wrap((value ^ (value >> 33n)) * PRIME_2);
  hash = wrap((hash ^ (hash >> 29n)) * PRIME_3);
  return hash ^ (hash >> 32n);
};

const xxh64 = (input: Uint8Array, seed: bigint): Uint8Array => {
  const reader = createReader(input);
  const start = input.length >= 32 ? stripes(reader, seed) : wrap(seed + PRIME_5);
  const hash = avalanche(tail(reader, wrap(start + BigInt(input.length))));
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, hash, true);
  return bytes;
};

/**
 * Computes XXH64 with seed 0: 8 bytes, as in `Twox64Concat` storage keys. Not collision resistant:
 * for public names and indices only.
 */
export const twox64 = (input: Uint8Array): Uint8Array => xxh64(input, 0n);

/**
 * Computes XXH64 with seeds 0 and 1: 16 bytes, as Substrate hashes the names of pallets and storage
 * items.
 */
export const twox128 = (input: Uint8Array): Uint8Array => concat(xxh64(input, 0n), xxh64(input, 1n));
