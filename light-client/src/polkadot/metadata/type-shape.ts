/**
 * What proven types look like once encoded: structs of one field are encoded as that field alone.
 */
import type { TypeVariant } from "./type-leaf.js";
import { type EnumType, type ProvenType, type TypeLookup, typeOf } from "./type-lookup.js";
import type { TypeReference } from "./type-reference.js";

/**
 * Takes off all structs of one field.
 * @throws ProofError of `typeOf`
 */
export const unwrapped = (types: TypeLookup, reference: TypeReference, depth = 0): TypeReference => {
  const found = typeOf(types, reference, depth);
  const [only, ...others] = found?.type === "composite" ? found.value : [];
  return only === undefined || others.length > 0 ? reference : unwrapped(types, only.type, depth + 1);
};

/** Gives the type within all structs of one field; undefined for a primitive. */
export const innerType = (types: TypeLookup, reference: TypeReference): ProvenType | undefined =>
  typeOf(types, unwrapped(types, reference));

/** Tells whether it is exactly `length` bytes, without a length before them. */
export const isByteArray = (types: TypeLookup, reference: TypeReference, length: number): boolean => {
  const found = innerType(types, reference);
  return found?.type === "array" && found.value.length === length && found.value.item === "u8";
};

/** Finds the enum within all structs of one field, if its path ends with `name`. */
export const enumNamed = (
  types: TypeLookup,
  reference: TypeReference,
  name: string,
): (ProvenType & EnumType) | undefined => {
  const found = innerType(types, reference);
  return found?.type === "enum" && found.path.at(-1) === name ? found : undefined;
};

export const variantNamed = ({ variants }: EnumType, name: string): TypeVariant | undefined =>
  variants.find((variant) => variant.name === name);

/** Tells whether there is a variant of that index whose one field is so many bytes. */
export const holdsBytes = (
  types: TypeLookup,
  variant: TypeVariant | undefined,
  index: number,
  length: number,
): boolean => {
  const [only, ...others] = variant?.fields ?? [];
  return variant?.index === index && only !== undefined && others.length === 0 && isByteArray(types, only.type, length);
};

/**
 * Tells whether it is `Option` (with that path alone) as it is encoded: `None` index 0 without a
 * field.
 */
export const isOption = (found: ProvenType | undefined): boolean => {
  if (found?.type !== "enum" || found.path.join("::") !== "Option") return false;
  const none = variantNamed(found, "None");
  return none?.index === 0 && none.fields.length === 0;
};
