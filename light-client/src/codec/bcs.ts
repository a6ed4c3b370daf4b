/**
 * Binary Canonical Serialization, strict: whatever crate `bcs` 0.1.2 rejects is rejected here.
 * Source: repository diem/bcs, src/de.rs and src/ser.rs.
 */
import { compare } from "../bytes.js";
import { DecodeError } from "../error.js";
import { type Codec, encode, fields, mapped } from "./codec.js";
import type { Reader } from "./reader.js";
import type { Writer } from "./writer.js";

export {
  bool,
  type Codec,
  type Decoded,
  decode,
  encode,
  fixedBytes,
  mapped,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "./codec.js";

import * as plain from "./codec.js";

const MAX_SEQUENCE_LENGTH = 0x7fff_ffff;
const MAX_CONTAINER_DEPTH = 500;

/** ULEB128 of a u32, minimal. @throws DecodeError `decode/uleb128` */
export const uleb128: Codec<number> = {
  write: (writer, value) => {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
      throw new RangeError(`expected an unsigned 32-bit integer, got ${value}`);
    let rest = value;
    while (rest >= 0x80) {
      writer.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    writer.u8(rest);
  },
  read: (reader) => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = reader.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if (shift > 0 && byte === 0)
        throw new DecodeError("decode/uleb128", "expected a minimal ULEB128, its last digit is 0");
      if (value > 0xffff_ffff) break;
      return value;
    }
    throw new DecodeError("decode/uleb128", "expected a ULEB128 that fits 32 bits");
  },
};

const readLength = (reader: Reader, max: number): number => {
  const length = uleb128.read(reader);
  if (length > max) throw new DecodeError("decode/length", `expected a length of at most ${max}, got ${length}`);
  return length;
};

const writeLength = (writer: Writer, length: number, max: number): void => {
  if (length > max) throw new RangeError(`expected a length of at most ${max}, got ${length}`);
  uleb128.write(writer, length);
};

const container = <T>(codec: Codec<T>): Codec<T> => ({
  write: codec.write,
  read: (reader) => reader.nested(MAX_CONTAINER_DEPTH, () => codec.read(reader)),
});

/** Fields in order; counts as one level of nesting. */
export const struct = <T extends object>(
  layout: {
    readonly [K in keyof T]: Codec<T[K]>;
  },
): Codec<{ readonly [K in keyof T]: T[K] }> => container(fields<T>(layout));

/** Encodes what may be absent as `undefined`. */
export const option = <T>(item: Codec<T>): Codec<T | undefined> => container(plain.option(item));

/** Encodes length-prefixed bytes; a view of the input when read. */
export const bytes = (max = MAX_SEQUENCE_LENGTH): Codec<Uint8Array> => ({
  write: (writer, value) => {
    writeLength(writer, value.length, max);
    writer.bytes(value);
  },
  read: (reader) => reader.bytes(readLength(reader, max)),
});

/**
 * Encodes exactly `n` bytes *behind a length byte*, as Diem encodes hashes, keys and signatures.
 * @throws DecodeError `decode/length`
 */
export const sizedBytes = (n: number): Codec<Uint8Array> => ({
  write: (writer, value) => {
    if (value.length !== n) throw new RangeError(`expected ${n} bytes, got ${value.length}`);
    uleb128.write(writer, n);
    writer.bytes(value);
  },
  read: (reader) => {
    const length = uleb128.read(reader);
    if (length !== n) throw new DecodeError("decode/length", `expected ${n} bytes, the length says ${length}`);
    return reader.bytes(n);
  },
});

/** UTF-8 text. @throws DecodeError `decode/utf8` */
export const string: Codec<string> = plain.utf8Text(bytes());

/**
 * Encodes a counted sequence. Every item takes at least one byte, so a count above what is left is
 * refused before anything is read.
 */
export const vector = <T>(item: Codec<T>, max = MAX_SEQUENCE_LENGTH): Codec<readonly T[]> => ({
  write: (writer, items) => {
    writeLength(writer, items.length, max);
    for (const value of items) item.write(writer, value);
  },
  read: (reader) => {
    const count = readLength(reader, max);
    if (count > reader.left())
      throw new DecodeError("decode/truncated", `expected ${count} items, only ${reader.left()} bytes are left`);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(item.read(reader));
    return items;
  },
});

/**
 * Pairs in strictly increasing order of their keys' encodings.
 * @throws DecodeError `decode/map-order`
 */
export const map = <K, V>(
  key: Codec<K>,
  value: Codec<V>,
  max = MAX_SEQUENCE_LENGTH,
): Codec<readonly (readonly [K, V])[]> => ({
  write: (writer, pairs) => {
    writeLength(writer, pairs.length, max);
    const sorted = pairs.map(([k, v]) => [encode(key, k), v] as const).sort(([a], [b]) => compare(a, b));
    for (const [encodedKey, v] of sorted) {
      writer.bytes(encodedKey);
      value.write(writer, v);
    }
  },
  read: (reader) => {
    const count = readLength(reader, max);
    if (count > reader.left())
      throw new DecodeError("decode/truncated", `expected ${count} pairs, only ${reader.left()} bytes are left`);
    const pairs: [K, V][] = [];
    let previous: Uint8Array | undefined;
    for (let i = 0; i < count; i++) {
      const start = reader.offset();
      const k = key.read(reader);
      const encodedKey = reader.slice(start, reader.offset());
      if (previous !== undefined && compare(previous, encodedKey) >= 0)
        throw new DecodeError("decode/map-order", "expected map keys in strictly increasing order of their bytes");
      previous = encodedKey;
      pairs.push([k, value.read(reader)]);
    }
    return pairs;
  },
});

/** Makes a codec that is looked up when it is used: for types that contain themselves. */
export const lazy = <T>(codec: () => Codec<T>): Codec<T> => ({
  write: (writer, value) => codec().write(writer, value),
  read: (reader) => codec().read(reader),
});

/** No bytes at all; the value of variants without fields. */
export const unit: Codec<undefined> = { write: () => undefined, read: () => undefined };

/** One of several types, told apart by `type`. */
export type Union<V extends object> = { [K in keyof V & string]: { readonly type: K; readonly value: V[K] } }[keyof V &
  string];

/**
 * Encodes a tagged union `{ type, value }`, its variant's index as ULEB128 before it. `variants`
 * maps a name to [index, codec].
 * @throws DecodeError `decode/variant` for an unknown index
 */
export const enumeration = <V extends object>(
  name: string,
  variants: plain.Variants<V>,
): Codec<{ [K in keyof V & string]: { readonly type: K; readonly value: V[K] } }[keyof V & string]> =>
  container(plain.union(uleb128, name, variants));

/**
 * Encodes the value of a tagged union that has one variant, for others to come.
 * @throws DecodeError `decode/variant` for an unknown index
 */
export const versioned = <T>(name: string, codec: Codec<T>, index = 0): Codec<T> =>
  mapped(
    enumeration<{ known: T }>(name, { known: [index, codec] }),
    ({ value }) => value,
    (value) => ({ type: "known", value }) as const,
  );
