/**
 * How RFC 78 refers to a type: a primitive by name, any other by its number in the metadata's
 * tree.
 */
import { type Codec, compactU32 } from "../../codec/scale.js";
import { DecodeError } from "../../error.js";

/**
 * In the order of their tags. The text of RFC 78 lacks `compactU256`, its implementations don't.
 */
const PRIMITIVES = [
  "bool",
  "char",
  "str",
  "u8",
  "u16",
  "u32",
  "u64",
  "u128",
  "u256",
  "i8",
  "i16",
  "i32",
  "i64",
  "i128",
  "i256",
  "compactU8",
  "compactU16",
  "compactU32",
  "compactU64",
  "compactU128",
  "compactU256",
  "void",
] as const;
export type Primitive = (typeof PRIMITIVES)[number];
const BY_ID = PRIMITIVES.length;

/** The name of a primitive, or a type's number. */
export type TypeReference = Primitive | number;

/** @throws DecodeError `decode/type-reference` for an unknown tag */
export const typeReference: Codec<TypeReference> = {
  write: (writer, reference) => {
    if (typeof reference === "string") writer.u8(PRIMITIVES.indexOf(reference));
    else {
      writer.u8(BY_ID);
      compactU32.write(writer, reference);
    }
  },
  read: (reader) => {
    const tag = reader.u8();
    if (tag === BY_ID) return compactU32.read(reader);
    const primitive = PRIMITIVES[tag];
    if (primitive === undefined)
      throw new DecodeError("decode/type-reference", `expected a tag of 0 to ${BY_ID}, got ${tag}`);
    return primitive;
  },
};
