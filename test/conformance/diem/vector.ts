/** One test vector, and how what it expects is compared with what came. */
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { type Codec, decode, encode } from "@pdiem/light-client/codec/bcs";
import type { Json } from "@pdiem/relayer/chains/diem/lossless";
import { type ConformanceCase, equality, rejected, unknownCase } from "../conformance-case.js";

/**
 * A JSON object whose fields are read by name and form. All but `has` and `json` throw
 * UnreadableVector.
 */
export interface Fields {
  readonly names: readonly string[];
  /** True where the field is there and isn't null. */
  readonly has: (name: string) => boolean;
  readonly json: (name: string) => Json;
  readonly text: (name: string) => string;
  readonly flag: (name: string) => boolean;
  readonly hex: (name: string) => Uint8Array;
  readonly integer: (name: string) => bigint;
  readonly list: (name: string) => readonly Json[];
  readonly object: (name: string) => Fields;
  /** The BCS value whose hex the field holds. @throws DecodeError too */
  readonly bcs: <T>(name: string, codec: Codec<T>) => T;
}

/** A layout that this program doesn't know: the case fails, whatever it expects. */
export class UnreadableVector extends Error {
  override readonly name = "UnreadableVector";
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const textOf = (value: Json | undefined, what = "an item"): string => {
  if (typeof value === "string") return value;
  throw new UnreadableVector(`expected text as ${what}`);
};

/** Decimal text or a whole number. */
export const integerOf = (value: Json | undefined, what = "an item"): bigint => {
  if (typeof value === "bigint") return value;
  if (typeof value === "string" && /^[0-9]+$/.test(value)) return BigInt(value);
  throw new UnreadableVector(`expected a whole number as ${what}`);
};

export const hexOf = (value: Json | undefined, what = "an item"): Uint8Array => {
  const text = textOf(value, what);
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new UnreadableVector(`expected hex as ${what}`);
  return fromHex(text);
};

export const fieldsOf = (value: Json | undefined, what = "an item"): Fields => {
  if (!isObject(value)) throw new UnreadableVector(`expected an object as ${what}`);
  const json = (name: string): Json => value[name] ?? null;
  const hex = (name: string): Uint8Array => hexOf(json(name), name);
  return {
    names: Object.keys(value),
    has: (name) => json(name) !== null,
    json,
    text: (name) => textOf(json(name), name),
    flag: (name) => {
      const flag = json(name);
      if (typeof flag !== "boolean") throw new UnreadableVector(`expected true or false as ${name}`);
      return flag;
    },
    hex,
    integer: (name) => integerOf(json(name), name),
    list: (name) => {
      const list = json(name);
      if (!Array.isArray(list)) throw new UnreadableVector(`expected a list as ${name}`);
      return list;
    },
    object: (name) => fieldsOf(json(name), name),
    bcs: (name, codec) => decode(codec, hex(name)),
  };
};

export interface VectorContext {
  /** The folder that the vectors are in. */
  readonly folder: string;
  readonly expected: Fields;
}

/**
 * What comes of an input, by the names that `expected` uses; more names than expected do no harm.
 */
export type Results = { readonly [name: string]: unknown };

/**
 * Throws a PdiemError to reject the input, UnreadableVector for an input of a layout that it
 * doesn't know.
 */
export type Handler = (input: Fields, context: VectorContext) => Results | Promise<Results>;

/** BCS of a value as hex. */
export const hexOfValue = <T>(codec: Codec<T>, value: T): string => toHex(encode(codec, value));

// What upstream makes of the input: said for readers, nothing to compute.
const REMARKS: readonly string[] = ["upstream_valid"];

const normal = (value: unknown): unknown => {
  if (typeof value === "bigint" || typeof value === "number") return value.toString();
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = Object.entries(value).map(([name, item]) => [name, normal(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

const expectsRejection = (expected: Fields): boolean =>
  typeof expected.json("error") === "string" || expected.json("valid") === false;

/** Selects the results that are expected, in one form and order. */
const select = (results: Results, names: readonly string[]): unknown =>
  normal(Object.fromEntries(names.map((name) => [name, name in results ? results[name] : `not computed: ${name}`])));

/** The case of one vector; `handlers` by group. */
export const vectorCase = (
  file: string,
  folder: string,
  handlers: ReadonlyMap<string, Handler>,
  vector: Json,
): ConformanceCase => {
  const fields = fieldsOf(vector, "a vector");
  const group = fields.text("group");
  const name = `${file} ${group} ${fields.text("id")}`;
  const handler = handlers.get(group);
  if (handler === undefined) return unknownCase(name, `a vector of unknown group "${group}"`);
  const expected = fields.object("expected");
  const compute = (): Results | Promise<Results> => handler(fields.object("input"), { folder, expected });
  if (expectsRejection(expected)) {
    const reason = expected.json("error");
    return rejected(name, typeof reason === "string" ? reason : "invalid", compute);
  }
  const names = expected.names.filter((one) => !REMARKS.includes(one));
  const wanted = Object.fromEntries(names.map((one) => [one, expected.json(one)]));
  return equality(name, select(wanted, names), async () => select({ valid: true, ...(await compute()) }, names));
};
