/**
 * The leaves of RFC 78's tree: a type's path, definition and number. Each variant of an enum is a
 * leaf of its own.
 */
import {
  bool,
  type Codec,
  compactU32,
  type Decoded,
  enumeration,
  mapped,
  option,
  string,
  struct,
  u8,
  u32,
  vector,
} from "../../codec/scale.js";
import { DecodeError } from "../../error.js";
import { typeReference } from "./type-reference.js";

const typeField = struct({
  // Absent in tuple structs.
  name: option(string),
  type: typeReference,
  typeName: option(string),
});
export type TypeField = Decoded<typeof typeField>;

const variantIndex: Codec<number> = mapped(
  compactU32,
  (index) => {
    if (index > 0xff)
      throw new DecodeError("decode/variant-index", `expected a variant's index of a byte, got ${index}`);
    return index;
  },
  (index) => index,
);

const typeVariant = struct({
  name: string,
  fields: vector(typeField),
  // The byte that the variant is encoded with.
  index: variantIndex,
});
export type TypeVariant = Decoded<typeof typeVariant>;

const typeDefinition = enumeration("a type's definition", {
  composite: [0, vector(typeField)],
  variant: [1, typeVariant],
  sequence: [2, typeReference],
  array: [3, struct({ length: u32, item: typeReference })],
  tuple: [4, vector(typeReference)],
  bitSequence: [5, struct({ storeBytes: u8, leastSignificantFirst: bool })],
});

export const typeLeaf = struct({ path: vector(string), definition: typeDefinition, id: compactU32 });
export type TypeLeaf = Decoded<typeof typeLeaf>;
