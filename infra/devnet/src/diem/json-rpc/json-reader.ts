/**
 * JSON as the server's parser of Diem nodes reads it (Rust's serde_json). Its messages are the
 * same, as clients see them in HTTP errors. Integers come as bigint whatever their size; numbers
 * with a fraction or an exponent as number.
 */
import { isDigit, readNumber } from "./json-number.js";
import { readString } from "./json-string.js";
import { type Cursor, createCursor, skipWhitespace } from "./json-text.js";

export type JsonValue = null | boolean | bigint | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** serde_json's own limit. */
const MAX_DEPTH = 128;

const LITERALS: ReadonlyMap<string, readonly [string, JsonValue]> = new Map<string, readonly [string, JsonValue]>([
  ["n", ["null", null]],
  ["t", ["true", true]],
  ["f", ["false", false]],
]);

const readLiteral = (cursor: Cursor, text: string, value: JsonValue): JsonValue => {
  for (const expected of text) {
    const character = cursor.next();
    if (character === undefined) throw cursor.error("EOF while parsing a value");
    if (character !== expected) throw cursor.error("expected ident");
  }
  return value;
};

const readArray = (cursor: Cursor, depth: number): readonly JsonValue[] => {
  const items: JsonValue[] = [];
  cursor.next();
  for (;;) {
    skipWhitespace(cursor);
    const character = cursor.peek();
    if (character === undefined) throw cursor.error("EOF while parsing a list");
    if (character === "]") {
      cursor.next();
      return items;
    }
    if (items.length > 0) {
      if (character !== ",") throw cursor.errorAhead("expected `,` or `]`");
      cursor.next();
      skipWhitespace(cursor);
      if (cursor.peek() === "]") throw cursor.errorAhead("trailing comma");
    }
    items.push(readValue(cursor, depth + 1));
  }
};

const readKey = (cursor: Cursor): string => {
  const character = cursor.peek();
  if (character === undefined) throw cursor.error("EOF while parsing an object");
  if (character !== '"') throw cursor.errorAhead(character === "}" ? "trailing comma" : "key must be a string");
  return readString(cursor);
};

const readObject = (cursor: Cursor, depth: number): JsonObject => {
  const members = new Map<string, JsonValue>();
  cursor.next();
  for (let first = true; ; first = false) {
    skipWhitespace(cursor);
    const character = cursor.peek();
    if (character === undefined) throw cursor.error("EOF while parsing an object");
    if (character === "}") {
      cursor.next();
      return members;
    }
    if (!first) {
      if (character !== ",") throw cursor.errorAhead("expected `,` or `}`");
      cursor.next();
      skipWhitespace(cursor);
    }
    const key = readKey(cursor);
    skipWhitespace(cursor);
    const colon = cursor.peek();
    if (colon === undefined) throw cursor.error("EOF while parsing an object");
    if (colon !== ":") throw cursor.errorAhead("expected `:`");
    cursor.next();
    members.set(key, readValue(cursor, depth + 1));
  }
};

const readValue = (cursor: Cursor, depth: number): JsonValue => {
  skipWhitespace(cursor);
  const character = cursor.peek();
  if (character === undefined) throw cursor.error("EOF while parsing a value");
  const literal = LITERALS.get(character);
  if (literal !== undefined) return readLiteral(cursor, ...literal);
  if (character === '"') return readString(cursor);
  if (character === "-" || isDigit(character)) return readNumber(cursor);
  if (character !== "[" && character !== "{") throw cursor.errorAhead("expected value");
  if (depth >= MAX_DEPTH) throw cursor.errorAhead("recursion limit exceeded");
  return character === "[" ? readArray(cursor, depth) : readObject(cursor, depth);
};

/** @throws JsonSyntaxError with serde_json's message */
export const readJson = (text: string): JsonValue => {
  const cursor = createCursor(text);
  const value = readValue(cursor, 0);
  skipWhitespace(cursor);
  if (cursor.peek() !== undefined) throw cursor.errorAhead("trailing characters");
  return value;
};
