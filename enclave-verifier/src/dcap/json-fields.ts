import { fromHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";

/** A JSON object whose fields nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;
const MAX_ITEMS = 1024;

const wrong = (name: string, expected: string): DecodeError =>
  new DecodeError("decode/json-field", `expected ${expected} as "${name}"`);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads an object. This and each of the next throws DecodeError `decode/json-field` when the field
 * isn't there or is of another kind.
 */
export const asObject = (value: unknown, name: string): JsonObject => {
  if (!isObject(value)) throw wrong(name, "an object");
  return value;
};

export const listField = <T>(object: JsonObject, name: string, read: (item: JsonObject) => T): readonly T[] => {
  const value = object[name];
  if (!Array.isArray(value) || value.length > MAX_ITEMS) throw wrong(name, `a list of at most ${MAX_ITEMS} objects`);
  return value.map((item: unknown) => read(asObject(item, name)));
};

/** Reads a list that may be left out. */
export const textsField = (object: JsonObject, name: string): readonly string[] => {
  const value = object[name] ?? [];
  if (!Array.isArray(value) || value.length > MAX_ITEMS) throw wrong(name, `a list of at most ${MAX_ITEMS} texts`);
  return value.map((item: unknown) => {
    if (typeof item !== "string") throw wrong(name, "a list of texts");
    return item;
  });
};

export const textField = (object: JsonObject, name: string): string => {
  const value = object[name];
  if (typeof value !== "string") throw wrong(name, "a text");
  return value;
};

export const integerField = (object: JsonObject, name: string, maximum: number): number => {
  const value = object[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > maximum)
    throw wrong(name, `an integer of at most ${maximum}`);
  return value;
};

export const bytesField = (object: JsonObject, name: string, length: number): Uint8Array =>
  fromHex(textField(object, name), length);

/** Reads a time in UTC, as milliseconds since 1970. */
export const timeField = (object: JsonObject, name: string): number => {
  const text = textField(object, name);
  const time = UTC.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw wrong(name, "a time in UTC (ISO 8601)");
  return time;
};

/** Reads one of the texts that are known. */
export const oneOfField = <T extends string>(object: JsonObject, name: string, known: readonly T[]): T => {
  const text = textField(object, name);
  const found = known.find((one) => one === text);
  if (found === undefined) throw wrong(name, `one of ${known.join(", ")}, not "${text.slice(0, 60)}",`);
  return found;
};
