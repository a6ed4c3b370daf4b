import type { Cursor } from "./json-text.js";

export const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= "0" && character <= "9";

const readDigits = (cursor: Cursor): string => {
  let digits = "";
  while (isDigit(cursor.peek())) digits += cursor.next();
  if (digits !== "") return digits;
  throw cursor.peek() === undefined ? cursor.error("EOF while parsing a value") : cursor.errorAhead("invalid number");
};

const readInteger = (cursor: Cursor): string => {
  if (cursor.peek() !== "0") return readDigits(cursor);
  cursor.next();
  if (isDigit(cursor.peek())) throw cursor.errorAhead("invalid number");
  return "0";
};

/**
 * Reads a number, the cursor at its first character. It is a bigint for an integer of 64 bits, as
 * serde_json keeps them.
 */
export const readNumber = (cursor: Cursor): bigint | number => {
  const sign = cursor.peek() === "-" ? cursor.next() : "";
  const integer = `${sign}${readInteger(cursor)}`;
  let rest = "";
  if (cursor.peek() === ".") rest += `${cursor.next()}${readDigits(cursor)}`;
  if (cursor.peek() === "e" || cursor.peek() === "E") {
    rest += cursor.next();
    if (cursor.peek() === "+" || cursor.peek() === "-") rest += cursor.next();
    rest += readDigits(cursor);
  }
  const value = Number(`${integer}${rest}`);
  if (!Number.isFinite(value)) throw cursor.error("number out of range");
  if (rest !== "") return value;
  const exact = BigInt(integer);
  return exact >= -(1n << 63n) && exact < 1n << 64n ? exact : value;
};
