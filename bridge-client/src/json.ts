/**
 * Bounded, strict shapes of JSON values from outside. An unknown field, a wrong type or an excess
 * length is refused. Binary is `0x`-hex, integers above 32 bits are decimal strings.
 */
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { type Codec, decode, encode } from "@pdiem/light-client/codec/bcs";
import { DecodeError } from "@pdiem/light-client/error";

/**
 * One shape, both ways. `parse` throws DecodeError `decode/json` that names the place; `format`
 * gives a JSON value.
 */
export interface Json<T> {
  readonly parse: (value: unknown, path: string) => T;
  readonly format: (value: T) => unknown;
}

const describe = (value: unknown): string => {
  if (typeof value === "string") return `"${value.slice(0, 40)}"`;
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
};

const refuse = (path: string, expected: string, value: unknown): never => {
  throw new DecodeError("decode/json", `expected ${expected} at ${path}, got ${describe(value)}`);
};

/** Takes `0x`-hex of at most `max` bytes. */
export const hex = (max: number): Json<Uint8Array> => ({
  parse: (value, path) =>
    typeof value === "string" && value.length <= 2 + 2 * max && /^0x(?:[0-9a-fA-F]{2})*$/.test(value)
      ? fromHex(value)
      : refuse(path, `0x-hex of at most ${max} bytes`, value),
  format: (value) => `0x${toHex(value)}`,
});

/** Takes `0x`-hex of exactly `length` bytes. */
export const hexOf = (length: number): Json<Uint8Array> => ({
  parse: (value, path) => {
    const parsed = hex(length).parse(value, path);
    return parsed.length === length ? parsed : refuse(path, `0x-hex of ${length} bytes`, value);
  },
  format: hex(length).format,
});

/** Takes text of at most `max` characters that matches `pattern`, which must be anchored. */
export const text = (max: number, pattern: RegExp): Json<string> => ({
  parse: (value, path) =>
    typeof value === "string" && value.length <= max && pattern.test(value)
      ? value
      : refuse(path, `text of at most ${max} characters like ${pattern.source}`, value),
  format: (value) => value,
});

/** Takes a JSON number that is an integer in 0..max. */
export const integer = (max: number): Json<number> => ({
  parse: (value, path) =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max
      ? value
      : refuse(path, `an integer from 0 to ${max}`, value),
  format: (value) => value,
});

export const boolean: Json<boolean> = {
  parse: (value, path) => (typeof value === "boolean" ? value : refuse(path, "true or false", value)),
  format: (value) => value,
};

/**
 * Takes an unsigned integer below 2^bits, as a decimal string; a JSON number is taken where it is
 * exact.
 */
export const decimal = (bits: 64 | 128): Json<bigint> => ({
  parse: (value, path) => {
    const digits = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof digits !== "string" || !/^(?:0|[1-9][0-9]{0,38})$/.test(digits) || BigInt(digits) >> BigInt(bits) !== 0n)
      return refuse(path, `an unsigned ${bits}-bit integer as a decimal string`, value);
    return BigInt(digits);
  },
  format: (value) => value.toString(),
});

/** Takes an array of at most `max` items. */
export const list = <T>(item: Json<T>, max: number): Json<readonly T[]> => ({
  parse: (value, path) =>
    Array.isArray(value) && value.length <= max
      ? value.map((one: unknown, index) => item.parse(one, `${path}[${index}]`))
      : refuse(path, `an array of at most ${max} items`, value),
  format: (values) => values.map(item.format),
});

/** Takes a field that may be missing; `undefined` inside. Only as a field of `record`. */
export const optional = <T>(item: Json<T>): Json<T | undefined> => ({
  parse: (value, path) => (value === undefined ? undefined : item.parse(value, path)),
  format: (value) => (value === undefined ? undefined : item.format(value)),
});

/** Takes an object with exactly these fields. */
export const record = <T extends object>(shape: { readonly [K in keyof T]-?: Json<T[K]> }): Json<T> => {
  const fields = Object.entries(shape) as [keyof T & string, Json<unknown>][];
  return {
    parse: (value, path) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(path, "an object", value);
      const given = new Map<string, unknown>(Object.entries(value));
      for (const name of given.keys())
        if (!Object.hasOwn(shape, name)) refuse(path, `no field "${name.slice(0, 40)}"`, value);
      const parsed: Partial<Record<keyof T, unknown>> = {};
      for (const [name, field] of fields) {
        const part = field.parse(given.get(name), `${path}.${name}`);
        if (part !== undefined) parsed[name] = part;
      }
      return parsed as T;
    },
    format: (value) => {
      const formatted: Record<string, unknown> = {};
      for (const [name, field] of fields) {
        const part = field.format(value[name]);
        if (part !== undefined) formatted[name] = part;
      }
      return formatted;
    },
  };
};

/** Takes the same JSON under another type. `from` may throw DecodeError. */
export const as = <A, B>(json: Json<A>, from: (a: A) => B, to: (b: B) => A): Json<B> => ({
  parse: (value, path) => from(json.parse(value, path)),
  format: (value) => json.format(to(value)),
});

/** Takes a value as `0x`-hex of its BCS, of at most `max` bytes. */
export const bcsHex = <T>(codec: Codec<T>, max: number): Json<T> =>
  as(
    hex(max),
    (bytes) => decode(codec, bytes),
    (value) => encode(codec, value),
  );
