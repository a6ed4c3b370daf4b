/** What a runtime's extensions add to extrinsics, from types that are proven. */
import { ProofError } from "../../error.js";
import type { ExtensionTypes } from "../metadata/extrinsic-metadata.js";
import type { ProvenMetadata } from "../metadata/metadata-proof.js";
import { type TypeLookup, typeOf } from "../metadata/type-lookup.js";
import type { TypeReference } from "../metadata/type-reference.js";
import {
  enumNamed,
  holdsBytes,
  innerType,
  isByteArray,
  isOption,
  unwrapped,
  variantNamed,
} from "../metadata/type-shape.js";
import type { ExtraPart, ExtrinsicFormat, ImplicitPart } from "./extrinsic-format.js";

/** The parts that a type stands for; undefined if it isn't as expected. */
type Recognize<P> = (types: TypeLookup, reference: TypeReference) => readonly P[] | undefined;

const nothing: Recognize<never> = (_, reference) => (reference === "void" ? [] : undefined);

const when =
  <P>(part: P, holds: (types: TypeLookup, reference: TypeReference) => boolean): Recognize<P> =>
  (types, reference) =>
    holds(types, reference) ? [part] : undefined;

const is = <P>(part: P, primitive: TypeReference): Recognize<P> =>
  when(part, (types, reference) => unwrapped(types, reference) === primitive);

const hash = <P>(part: P): Recognize<P> => when(part, (types, reference) => isByteArray(types, reference, 32));

const isMode = (types: TypeLookup, reference: TypeReference): boolean => {
  const mode = enumNamed(types, reference, "Mode");
  const enabled = mode && variantNamed(mode, "Enabled");
  return enabled?.index === 1 && enabled.fields.length === 0;
};

const isHashOption = (types: TypeLookup, reference: TypeReference): boolean => {
  const found = typeOf(types, reference);
  if (found?.type !== "enum" || found.path.join("::") !== "Option") return false;
  return holdsBytes(types, variantNamed(found, "Some"), 1, 32);
};

const tipAndAsset: Recognize<ExtraPart> = (types, reference) => {
  const found = typeOf(types, reference);
  const [tip, asset, ...others] = found?.type === "composite" ? found.value : [];
  if (tip?.type !== "compactU128" || asset === undefined || others.length > 0) return undefined;
  return isOption(innerType(types, asset.type)) ? ["tip", "none"] : undefined;
};

const isEra = (types: TypeLookup, reference: TypeReference): boolean =>
  enumNamed(types, reference, "Era") !== undefined;

const KNOWN = new Map<string, { readonly extra: Recognize<ExtraPart>; readonly implicit: Recognize<ImplicitPart> }>([
  ["CheckSpecVersion", { extra: nothing, implicit: is("specVersion", "u32") }],
  ["CheckTxVersion", { extra: nothing, implicit: is("transactionVersion", "u32") }],
  ["CheckGenesis", { extra: nothing, implicit: hash("genesisHash") }],
  ["CheckMortality", { extra: when("era", isEra), implicit: hash("birthHash") }],
  ["CheckNonce", { extra: is("nonce", "compactU32"), implicit: nothing }],
  ["CheckMetadataHash", { extra: when("mode", isMode), implicit: when("metadataHash", isHashOption) }],
  ["ChargeTransactionPayment", { extra: is("tip", "compactU128"), implicit: nothing }],
  ["ChargeAssetTxPayment", { extra: tipAndAsset, implicit: nothing }],
]);

const REQUIRED = [
  "CheckSpecVersion",
  "CheckTxVersion",
  "CheckGenesis",
  "CheckMortality",
  "CheckNonce",
  "CheckMetadataHash",
];

const MAX_VISITS = 1_024;

const refuse = (expected: string): never => {
  throw new ProofError("proof/metadata-extension", `expected ${expected}`);
};

/** Bounds the work that types referring to each other may cause. */
interface Budget {
  left: number;
}

/**
 * One `none` for each option in a type that consists of nothing else; undefined for any other
 * type.
 */
const options = (
  types: TypeLookup,
  reference: TypeReference,
  budget: Budget,
  depth = 0,
): readonly "none"[] | undefined => {
  budget.left -= 1;
  if (budget.left < 0) refuse(`unknown extensions of at most ${MAX_VISITS} types`);
  if (reference === "void") return [];
  const found = typeOf(types, reference, depth);
  if (isOption(found)) return ["none"];
  if (found?.type !== "composite" && found?.type !== "tuple") return undefined;
  const all: "none"[] = [];
  for (const field of found.value) {
    const inner = options(types, typeof field === "object" ? field.type : field, budget, depth + 1);
    if (inner === undefined) return undefined;
    all.push(...inner);
  }
  return all;
};

/**
 * Eras that are proven: variant `Mortal` and its index, which is the first byte, with the second
 * one in it.
 */
const provenEras = (types: TypeLookup, extensions: readonly ExtensionTypes[]): ReadonlySet<number> => {
  const mortality = extensions.find(({ identifier }) => identifier === "CheckMortality");
  const era = mortality && enumNamed(types, mortality.extra, "Era");
  const proven = (era?.variants ?? []).filter(
    ({ name, index, fields }) => name === `Mortal${index}` && fields.length === 1 && fields[0]?.type === "u8",
  );
  return new Set(proven.map(({ index }) => index));
};

const checkIdentifiers = (extensions: readonly ExtensionTypes[]): void => {
  const known = extensions.map(({ identifier }) => identifier).filter((identifier) => KNOWN.has(identifier));
  if (new Set(known).size !== known.length) refuse(`each known extension once, got ${known.join(", ")}`);
  const missing = REQUIRED.filter((identifier) => !known.includes(identifier));
  if (missing.length > 0) refuse(`the runtime to have ${missing.join(", ")}`);
};

/**
 * Finds what the extensions add, in their order. An unknown one must have nothing to say, or
 * options, which stay empty.
 * @throws ProofError `proof/metadata-extension` for types that aren't as expected, extensions that
 * occur twice or are missing. `proof/metadata-order` if the metadata hash doesn't end what is
 * signed.
 */
export const provenExtensions = ({
  types,
  extrinsic: { extensions },
}: ProvenMetadata): Pick<ExtrinsicFormat, "extra" | "implicit" | "eras"> => {
  checkIdentifiers(extensions);
  const budget: Budget = { left: MAX_VISITS };
  const unknown: Recognize<"none"> = (_, reference) => options(types, reference, budget);
  const extra: ExtraPart[] = [];
  const implicit: ImplicitPart[] = [];
  for (const extension of extensions) {
    const known = KNOWN.get(extension.identifier) ?? { extra: unknown, implicit: unknown };
    const wrong = () => refuse(`extension ${extension.identifier} to be of other types`);
    extra.push(...(known.extra(types, extension.extra) ?? wrong()));
    implicit.push(...(known.implicit(types, extension.implicit) ?? wrong()));
  }
  if (implicit.at(-1) !== "metadataHash")
    throw new ProofError("proof/metadata-order", "expected the metadata hash to end what is signed, more follows it");
  return { extra, implicit, eras: provenEras(types, extensions) };
};
