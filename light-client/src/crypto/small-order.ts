import { toHex } from "../bytes.js";

/**
 * The y of every 32-byte encoding of the eight points whose order divides the cofactor, in decoders
 * that take it modulo 2^255 - 19. They are the canonical ones, and y + p where that still fits 255
 * bits. Each has both signs: where x is 0, decoders take either.
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

/**
 * Tells whether this encodes a point of order 1, 2, 4 or 8.
 * @param encoding 32 bytes
 */
export const isSmallOrder = (encoding: Uint8Array): boolean =>
  SMALL_ORDER.has(toHex(encoding.with(31, (encoding[31] ?? 0) & 0x7f)));
