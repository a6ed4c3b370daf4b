import { equal, utf8 } from "../bytes.js";
import { DecodeError } from "../error.js";
import { type Reader, readAll } from "./reader.js";
import { createWriter, type Writer } from "./writer.js";

/**
 * How a type is written and read. BCS and SCALE codecs are built from these; both are canonical:
 * one value, one encoding.
 */
export interface Codec<T> {
  readonly write: (writer: Writer, value: T) => void;
  readonly read: (reader: Reader) => T;
}

/** The type that a codec encodes. */
export type Decoded<C> = C extends Codec<infer T> ? T : never;

// One for each level at which a value's parts are encoded by themselves.
const idle: Writer[] = [];

/** Encodes a value, behind the bytes of a prefix where one is given. */
export const encode = <T>(codec: Codec<T>, value: T, prefix?: Uint8Array): Uint8Array => {
  const writer = idle.pop() ?? createWriter();
  if (prefix !== undefined) writer.bytes(prefix);
  codec.write(writer, value);
  const encoded = writer.take();
  idle.push(writer);
  return encoded;
};

/**
 * Hashes a value's encoding, behind the bytes of a prefix.
 * @param hash keeps nothing of its input, whose bytes are written over afterwards
 */
export const hashEncoded = <T>(
  hash: (input: Uint8Array) => Uint8Array,
  codec: Codec<T>,
  value: T,
  prefix: Uint8Array,
): Uint8Array => {
  const writer = idle.pop() ?? createWriter();
  writer.bytes(prefix);
  codec.write(writer, value);
  const digest = hash(writer.finish());
  writer.clear();
  idle.push(writer);
  return digest;
};

/**
 * Decodes the whole input.
 * @throws DecodeError for anything but exactly one canonical encoding
 */
export const decode = <T>(codec: Codec<T>, input: Uint8Array): T => readAll(input, codec.read);

/**
 * Encodes the same bytes under another type, as for newtypes and checked values. `from` may throw
 * DecodeError.
 */
export const mapped = <A, B>(codec: Codec<A>, from: (a: A) => B, to: (b: B) => A): Codec<B> => ({
  write: (writer, value) => codec.write(writer, to(value)),
  read: (reader) => from(codec.read(reader)),
});

/** Encodes exactly `n` bytes without a length. */
export const fixedBytes = (n: number): Codec<Uint8Array> => ({
  write: (writer, value) => {
    if (value.length !== n) throw new RangeError(`expected ${n} bytes, got ${value.length}`);
    writer.bytes(value);
  },
  read: (reader) => reader.bytes(n),
});

export const u8: Codec<number> = { write: (w, v) => w.u8(v), read: (r) => r.u8() };
export const u16: Codec<number> = { write: (w, v) => w.u16(v), read: (r) => r.u16() };
export const u32: Codec<number> = { write: (w, v) => w.u32(v), read: (r) => r.u32() };
export const u64: Codec<bigint> = { write: (w, v) => w.u64(v), read: (r) => r.u64() };
export const u128: Codec<bigint> = { write: (w, v) => w.u128(v), read: (r) => r.u128() };

/** One byte, 0 or 1. @throws DecodeError `decode/bool` */
export const bool: Codec<boolean> = {
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read: (reader) => {
    const byte = reader.u8();
    if (byte > 1) throw new DecodeError("decode/bool", `expected 0 or 1, got ${byte}`);
    return byte === 1;
  },
};

/**
 * Encodes what may be absent as `undefined`: tag 0, or tag 1 and the value.
 * @throws DecodeError `decode/option`
 */
export const option = <T>(item: Codec<T>): Codec<T | undefined> => ({
  write: (writer, value) => {
    writer.u8(value === undefined ? 0 : 1);
    if (value !== undefined) item.write(writer, value);
  },
  read: (reader) => {
    const tag = reader.u8();
    if (tag > 1) throw new DecodeError("decode/option", `expected option tag 0 or 1, got ${tag}`);
    return tag === 1 ? item.read(reader) : undefined;
  },
});

type Fields<T> = { readonly [K in keyof T]: Codec<T[K]> };

/** Fields in the order given, nothing between them. */
export const fields = <T extends object>(layout: Fields<T>): Codec<{ readonly [K in keyof T]: T[K] }> => {
  const entries = Object.entries(layout) as [keyof T & string, Codec<unknown>][];
  return {
    write: (writer, value) => {
      for (const [name, codec] of entries) codec.write(writer, value[name]);
    },
    read: (reader) => {
      const value: Partial<Record<keyof T, unknown>> = {};
      for (const [name, codec] of entries) value[name] = codec.read(reader);
      return value as T;
    },
  };
};

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Encodes text in length-prefixed bytes.
 * @throws DecodeError `decode/utf8`
 */
export const utf8Text = (bytes: Codec<Uint8Array>): Codec<string> =>
  mapped(
    bytes,
    (raw) => {
      try {
        return utf8Decoder.decode(raw);
      } catch (cause) {
        throw new DecodeError("decode/utf8", "expected UTF-8 text", "never", { cause });
      }
    },
    utf8,
  );

/** What a tagged union consists of: each variant's name to its index and codec. */
export type Variants<V extends object> = { readonly [K in keyof V]: readonly [index: number, codec: Codec<V[K]>] };

/**
 * Encodes a union `{ type, value }` behind the index of its variant.
 * @throws DecodeError `decode/variant` for an unknown index
 */
export const union = <V extends object>(
  tag: Codec<number>,
  name: string,
  variants: Variants<V>,
): Codec<{ [K in keyof V & string]: { readonly type: K; readonly value: V[K] } }[keyof V & string]> => {
  const byIndex = new Map<number, readonly [string, Codec<unknown>]>();
  for (const [type, [index, codec]] of Object.entries(variants) as [string, readonly [number, Codec<unknown>]][])
    byIndex.set(index, [type, codec]);
  return {
    write: (writer, { type, value }) => {
      const [index, codec] = variants[type];
      tag.write(writer, index);
      codec.write(writer, value);
    },
    read: (reader) => {
      const index = tag.read(reader);
      const variant = byIndex.get(index);
      if (variant === undefined)
        throw new DecodeError("decode/variant", `expected a variant of ${name}, got index ${index}`);
      const [type, codec] = variant;
      return { type, value: codec.read(reader) } as {
        [K in keyof V & string]: { readonly type: K; readonly value: V[K] };
      }[keyof V & string];
    },
  };
};

/**
 * Encodes a constant that must stand there.
 * @throws DecodeError `decode/constant`
 */
export const constant = (bytes: Uint8Array): Codec<undefined> => ({
  write: (writer) => writer.bytes(bytes),
  read: (reader) => {
    if (!equal(reader.bytes(bytes.length), bytes))
      throw new DecodeError("decode/constant", `expected a fixed ${bytes.length}-byte constant`);
    return undefined;
  },
});
