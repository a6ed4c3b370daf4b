import { DecodeError } from "./error.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const DIGITS = encoder.encode("0123456789abcdef");
const NO_DIGIT = 0xff;
/** Value of the hex digit with a given ASCII code. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? NO_DIGIT : value;
});

const digitAt = (text: string, at: number): number => VALUES[text.charCodeAt(at)] ?? NO_DIGIT;

/** Lower-case hex, no prefix. */
export const toHex = (bytes: Uint8Array): string => {
  // Appending to a text would be many times slower: its pieces are put together only when it is read.
  const codes = new Uint8Array(2 * bytes.length);
  bytes.forEach((byte, i) => {
    codes[2 * i] = DIGITS[byte >> 4] as number;
    codes[2 * i + 1] = DIGITS[byte & 0xf] as number;
  });
  return decoder.decode(codes);
};

const parseHex = (digits: string): Uint8Array | undefined => {
  if (digits.length % 2 === 1) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = digitAt(digits, 2 * i);
    const low = digitAt(digits, 2 * i + 1);
    if (high === NO_DIGIT || low === NO_DIGIT) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
};

/**
 * Bytes of a hex text, either case, with or without `0x`.
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

/** A new array holding the parts one after the other. */
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

/** Equality of public data; not constant-time. */
export const equal = (a: Uint8Array, b: Uint8Array): boolean => compare(a, b) === 0;

/** Lexicographic order by byte, a proper prefix first: negative, zero or positive. */
export const compare = (a: Uint8Array, b: Uint8Array): number => {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);
