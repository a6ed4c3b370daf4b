import { parseHex } from "#hex";
import { DecodeError } from "./error.js";

export { toHex } from "#hex";

const encoder = new TextEncoder();

/**
 * Reads the bytes of a hex text, either case, with or without `0x`.
 * @param length exact number of bytes expected, where known
 * @throws DecodeError `decode/hex`
 */
export const fromHex = (text: string, length?: number): Uint8Array => {
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  const bytes = length === undefined || digits.length === 2 * length ? parseHex(digits) : undefined;
  if (bytes === undefined) {
    const wanted = length === undefined ? "an even number of hex digits" : `${length} bytes of hex`;
    throw new DecodeError("decode/hex", `expected ${wanted}, got ${digits.length} characters: "${text.slice(0, 80)}"`);
  }
  return bytes;
};

/** Makes a new array of the parts one after the other. */
export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** Gives the parts one after the other; of a single one no copy is made. */
export const joined = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 && parts[0] !== undefined ? parts[0] : concat(...parts);

/** Compares public data for equality; not constant-time. */
export const equal = (a: Uint8Array, b: Uint8Array): boolean => compare(a, b) === 0;

/** Compares by byte, lexicographically, a proper prefix first: negative, zero or positive. */
export const compare = (a: Uint8Array, b: Uint8Array): number => {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

/** Tells whether there is no byte but zeros. */
export const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Gives the UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);
