import { DecodeError } from "@pdiem/light-client/error";

const MAX_DEPTH = 16;
const STRING = /"(?:[^"\\]|\\.)*"/g;

/** How many keys a value's objects have in all. */
const countKeys = (value: unknown, depth: number): number => {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === MAX_DEPTH) throw new DecodeError("decode/json", `expected at most ${MAX_DEPTH} levels`);
  const parts: readonly unknown[] = Object.values(value);
  return parts.reduce((sum: number, part) => sum + countKeys(part, depth + 1), Array.isArray(value) ? 0 : parts.length);
};

/**
 * Reads JSON of which all readers understand the same: `JSON.parse` takes the last of equal keys,
 * others take the first.
 * @throws DecodeError `decode/json`, or a SyntaxError
 */
export const parseUnambiguousJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  // Every key that was written has its colon; of equal ones a single key is left.
  const written = text.replaceAll(STRING, "").split(":").length - 1;
  if (countKeys(value, 0) !== written) throw new DecodeError("decode/json", "expected each key once in its object");
  return value;
};
