/**
 * SCALE, the codec of Substrate chains, strict: a compact integer in a longer form than needed is
 * rejected. Source: parity-scale-codec; https://docs.substrate.io/reference/scale-codec/.
 */
import { DecodeError } from "../error.js";
import { type Codec, u8, union, utf8Text, type Variants } from "./codec.js";

export {
  bool,
  type Codec,
  constant,
  type Decoded,
  decode,
  encode,
  fields as struct,
  fixedBytes,
  mapped,
  option,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "./codec.js";

const fail = (): never => {
  throw new DecodeError("decode/compact", "expected a compact integer in its shortest form, of at most 67 bytes");
};

/** Compact integer of any size up to 2^536 - 1. @throws DecodeError `decode/compact` */
export const compact: Codec<bigint> = {
  write: (writer, value) => {
    if (value < 0n) throw new RangeError(`expected an unsigned integer, got ${value}`);
    if (value < 1n << 6n) writer.u8(Number(value << 2n));
    else if (value < 1n << 14n) writer.u16(Number((value << 2n) | 1n));
    else if (value < 1n << 30n) writer.u32(Number((value << 2n) | 2n));
    else {
      const digits: number[] = [];
      for (let rest = value; rest > 0n; rest >>= 8n) digits.push(Number(rest & 0xffn));
      if (digits.length > 67) throw new RangeError(`expected at most 536 bits, got ${digits.length} bytes`);
      writer.u8(((digits.length - 4) << 2) | 3);
      writer.bytes(Uint8Array.from(digits));
    }
  },
  read: (reader) => {
    const first = reader.u8();
    const mode = first & 3;
    if (mode === 0) return BigInt(first >> 2);
    if (mode === 1) {
      const value = (first | (reader.u8() << 8)) >> 2;
      return value < 1 << 6 ? fail() : BigInt(value);
    }
    if (mode === 2) {
      const value = (first | (reader.u8() << 8) | (reader.u16() << 16)) >>> 2;
      return value < 1 << 14 ? fail() : BigInt(value);
    }
    const digits = reader.bytes((first >> 2) + 4);
    if (digits[digits.length - 1] === 0) return fail();
    let value = 0n;
    for (let i = digits.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i] as number);
    return value < 1n << 30n ? fail() : value;
  },
};

/**
 * Compact integer that must fit 32 bits, as lengths and block numbers do.
 * @throws DecodeError `decode/compact`
 */
export const compactU32: Codec<number> = {
  write: (writer, value) => {
    if (value > 0xffff_ffff) throw new RangeError(`expected an unsigned 32-bit integer, got ${value}`);
    compact.write(writer, BigInt(value));
  },
  read: (reader) => {
    const value = compact.read(reader);
    if (value > 0xffff_ffffn) throw new DecodeError("decode/compact", `expected a 32-bit integer, got ${value}`);
    return Number(value);
  },
};

/** Length-prefixed bytes; a view of the input when read. */
export const bytes: Codec<Uint8Array> = {
  write: (writer, value) => {
    compactU32.write(writer, value.length);
    writer.bytes(value);
  },
  read: (reader) => reader.bytes(compactU32.read(reader)),
};

/** UTF-8 text. @throws DecodeError `decode/utf8` */
export const string: Codec<string> = utf8Text(bytes);

/**
 * Encodes a tagged union `{ type, value }`, its variant's index as one byte before it.
 * @throws DecodeError `decode/variant`
 */
export const enumeration = <V extends object>(
  name: string,
  variants: Variants<V>,
): Codec<{ [K in keyof V & string]: { readonly type: K; readonly value: V[K] } }[keyof V & string]> =>
  union(u8, name, variants);

/**
 * Encodes a counted sequence of at most `max` items, none of them empty.
 * @throws DecodeError `decode/length`
 */
export const vector = <T>(item: Codec<T>, max = 0xffff_ffff): Codec<readonly T[]> => ({
  write: (writer, items) => {
    if (items.length > max) throw new RangeError(`expected at most ${max} items, got ${items.length}`);
    compactU32.write(writer, items.length);
    for (const value of items) item.write(writer, value);
  },
  read: (reader) => {
    const count = compactU32.read(reader);
    if (count > max || count > reader.left())
      throw new DecodeError(
        "decode/length",
        `expected at most ${Math.min(max, reader.left())} items, the count says ${count}`,
      );
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(item.read(reader));
    return items;
  },
});
