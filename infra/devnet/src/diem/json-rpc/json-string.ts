import type { Cursor } from "./json-text.js";

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

const endOfString = (cursor: Cursor): Error => cursor.error("EOF while parsing a string");

const readCodeUnit = (cursor: Cursor): number => {
  let digits = "";
  for (let i = 0; i < 4; i++) {
    const digit = cursor.next();
    if (digit === undefined) throw endOfString(cursor);
    digits += digit;
  }
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw cursor.error("invalid escape");
  return Number.parseInt(digits, 16);
};

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

const readUnicode = (cursor: Cursor): string => {
  const first = readCodeUnit(cursor);
  if (isLowSurrogate(first)) throw cursor.error("lone leading surrogate in hex escape");
  if (!isHighSurrogate(first)) return String.fromCharCode(first);
  if (cursor.next() !== "\\" || cursor.next() !== "u") throw cursor.error("unexpected end of hex escape");
  const second = readCodeUnit(cursor);
  if (!isLowSurrogate(second)) throw cursor.error("lone leading surrogate in hex escape");
  return String.fromCharCode(first, second);
};

const readEscape = (cursor: Cursor): string => {
  const character = cursor.next();
  if (character === undefined) throw endOfString(cursor);
  if (character === "u") return readUnicode(cursor);
  const meaning = ESCAPES.get(character);
  if (meaning === undefined) throw cursor.error("invalid escape");
  return meaning;
};

/** Reads a string, the cursor at its opening quote. */
export const readString = (cursor: Cursor): string => {
  cursor.next();
  let text = "";
  for (;;) {
    const character = cursor.next();
    if (character === undefined) throw endOfString(cursor);
    if (character === '"') return text;
    if (character < " ") throw cursor.error("control character (\\u0000-\\u001F) found while parsing a string");
    text += character === "\\" ? readEscape(cursor) : character;
  }
};
