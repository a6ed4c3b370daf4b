/** Hex in JavaScript, for browsers. */
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

/** Writes lower-case hex, no prefix. */
export const toHex = (bytes: Uint8Array): string => {
  // Appending to a text would be many times slower: its pieces are put together only when it is
  // read.
  const codes = new Uint8Array(2 * bytes.length);
  bytes.forEach((byte, i) => {
    codes[2 * i] = DIGITS[byte >> 4] as number;
    codes[2 * i + 1] = DIGITS[byte & 0xf] as number;
  });
  return decoder.decode(codes);
};

/** Reads an even number of hex digits, either case; undefined for anything else. */
export const parseHex = (digits: string): Uint8Array | undefined => {
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
