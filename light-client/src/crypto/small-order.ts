import { toHex } from "../bytes.js";

/**
 * The y of every 32-byte encoding of the eight points whose order divides the cofactor. Decoders
 * take it modulo 2^255 - 19. They are the canonical ones, and y + p where that still fits 255 bits.
 * Each has both signs: where x is 0, decoders take either.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

// Of most encodings the first byte says enough.
const FIRST_BYTES: ReadonlySet<number | undefined> = new Set([0, 1, 0x26, 0xc7, 0xec, 0xed, 0xee]);

/**
 * Tells whether this begins with the encoding of a point of order 1, 2, 4 or 8.
 * @param encoding 32 bytes or more
 */
export const isSmallOrder = (encoding: Uint8Array): boolean => {
  if (!FIRST_BYTES.has(encoding[0])) return false;
  const point = new Uint8Array(encoding.subarray(0, 32));
  point[31] = (point[31] ?? 0) & 0x7f;
  return SMALL_ORDER.has(toHex(point));
};
