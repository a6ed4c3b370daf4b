/** How values of a type are encoded, in words: what encodes alike has one text. */
import { type TypeLookup, typeOf } from "@pdiem/light-client/polkadot/metadata/type-lookup";
import type { TypeReference } from "@pdiem/light-client/polkadot/metadata/type-reference";
import { isOption } from "@pdiem/light-client/polkadot/metadata/type-shape";

const MAX_PARTS = 64;

interface Budget {
  left: number;
}

/** Lists what stands one after another: structs and tuples are nothing but their fields. */
const partsOf = (types: TypeLookup, reference: TypeReference, budget: Budget, depth: number): readonly string[] => {
  budget.left -= 1;
  if (budget.left < 0) return ["…"];
  if (reference === "void") return [];
  if (typeof reference === "string") return [reference === "str" ? "text" : reference];
  const found = typeOf(types, reference, depth);
  const text = (inner: TypeReference): string => partsOf(types, inner, budget, depth + 1).join(" ");
  switch (found?.type) {
    case "composite":
      return found.value.flatMap(({ type }) => partsOf(types, type, budget, depth + 1));
    case "tuple":
      return found.value.flatMap((inner) => partsOf(types, inner, budget, depth + 1));
    case "sequence":
      return [found.value === "u8" ? "bytes" : `list(${text(found.value)})`];
    case "array":
      return [
        found.value.item === "u8" ? `${found.value.length}B` : `${found.value.length} x (${text(found.value.item)})`,
      ];
    case "enum": {
      if (isOption(found)) {
        const [some] = found.variants.find(({ name }) => name === "Some")?.fields ?? [];
        return [`option(${some === undefined ? "" : text(some.type)})`];
      }
      const variants = [...found.variants].sort((a, b) => a.index - b.index);
      const words = variants.map(({ index, fields }) =>
        [`${index}`, ...fields.map(({ type }) => text(type)).filter((one) => one !== "")].join(" "),
      );
      return [`enum(${words.join(" | ")})`];
    }
    default:
      return [found?.type ?? "unknown"];
  }
};

/**
 * Writes a type's encoding part by part, such as `u32`, `u32`, `u128` for a struct of those. Enums
 * have each variant's index and fields; their names don't matter.
 * @throws ProofError `proof/metadata-…` for types that are missing or nested too deep
 */
export const typeParts = (types: TypeLookup, reference: TypeReference): readonly string[] =>
  partsOf(types, reference, { left: MAX_PARTS }, 0);

/** Writes a type's encoding as one text. @throws ProofError `proof/metadata-…` as for its parts */
export const typeText = (types: TypeLookup, reference: TypeReference): string => typeParts(types, reference).join(" ");
