/** Proven types by their numbers. */
import { ProofError } from "../../error.js";
import type { TypeLeaf, TypeVariant } from "./type-leaf.js";
import type { TypeReference } from "./type-reference.js";

/** An enum, of which only the proven variants are known. */
export interface EnumType {
  readonly type: "enum";
  readonly variants: readonly TypeVariant[];
}
export type ProvenType = { readonly path: readonly string[] } & (
  | Exclude<TypeLeaf["definition"], { type: "variant" }>
  | EnumType
);
export type TypeLookup = ReadonlyMap<number, ProvenType>;

const refuseTwice = (id: number): never => {
  throw new ProofError("proof/metadata-duplicate", `expected one definition of type ${id}, got several`);
};

const samePath = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((segment, at) => segment === b[at]);

/** Enum whose variants are collected by name, in the order in which they come. */
interface OpenEnum extends EnumType {
  readonly path: readonly string[];
  readonly variants: TypeVariant[];
  readonly taken: Set<string | number>;
}

/**
 * @throws ProofError `proof/metadata-duplicate` for a second definition of one number, or two
 * variants of one name or index
 */
export const typeLookup = (leaves: readonly TypeLeaf[]): TypeLookup => {
  const types = new Map<number, ProvenType>();
  const enums = new Map<number, OpenEnum>();
  for (const { path, definition, id } of leaves) {
    if (definition.type !== "variant") {
      if (types.has(id)) refuseTwice(id);
      types.set(id, { path, ...definition });
      continue;
    }
    const known: OpenEnum = enums.get(id) ?? { type: "enum", path, variants: [], taken: new Set() };
    const { name, index } = definition.value;
    if (types.has(id) !== enums.has(id) || !samePath(known.path, path)) refuseTwice(id);
    if (known.taken.has(name) || known.taken.has(index)) refuseTwice(id);
    known.taken.add(name).add(index);
    known.variants.push(definition.value);
    enums.set(id, known);
    types.set(id, known);
  }
  return types;
};

const MAX_DEPTH = 16;

/**
 * Finds the type that a reference names; undefined for primitives. `depth` counts the types that it
 * lies in.
 * @throws ProofError `proof/metadata-depth` past 16, `proof/metadata-missing` for a type that isn't
 * proven
 */
export const typeOf = (types: TypeLookup, reference: TypeReference, depth = 0): ProvenType | undefined => {
  if (typeof reference === "string") return undefined;
  if (depth > MAX_DEPTH)
    throw new ProofError(
      "proof/metadata-depth",
      `expected types nested at most ${MAX_DEPTH} deep, type ${reference} is`,
    );
  const found = types.get(reference);
  if (found === undefined)
    throw new ProofError("proof/metadata-missing", `expected a proof of type ${reference}, which is needed`);
  return found;
};
