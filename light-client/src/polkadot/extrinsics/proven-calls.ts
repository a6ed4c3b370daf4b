/** How a runtime encodes calls, from types that are proven. */
import { ProofError } from "../../error.js";
import type { ProvenMetadata } from "../metadata/metadata-proof.js";
import type { TypeVariant } from "../metadata/type-leaf.js";
import { type ProvenType, type TypeLookup, typeOf } from "../metadata/type-lookup.js";
import type { TypeReference } from "../metadata/type-reference.js";
import { enumNamed, holdsBytes, innerType, unwrapped, variantNamed } from "../metadata/type-shape.js";
import { type ArgumentKind, CALL_NAMES, CALL_SIGNATURES, type CallSignature } from "./call-signature.js";
import type { ArgumentEncoding, CallFormat, CallName } from "./extrinsic-format.js";

const PATHS: Readonly<Record<CallSignature["pallet"], string>> = {
  System: "frame_system::pallet::Call",
  Utility: "pallet_utility::pallet::Call",
  assets: "pallet_assets::pallet::Call",
};

/** Tells whether it is a `MultiAddress` whose `Id` holds 32 bytes. */
export const isAddress = (types: TypeLookup, reference: TypeReference): boolean => {
  const address = enumNamed(types, reference, "MultiAddress");
  return address !== undefined && holdsBytes(types, variantNamed(address, "Id"), 0, 32);
};

const integer = (reference: TypeReference, plain: "u32" | "u128", compact: "compactU32" | "compactU128") =>
  reference === plain || reference === compact ? reference : undefined;

/** What a sequence consists of; undefined for what is none. */
const itemOf = (types: TypeLookup, reference: TypeReference): TypeReference | undefined => {
  const found = typeOf(types, reference);
  return found?.type === "sequence" ? found.value : undefined;
};

type Recognize = (metadata: ProvenMetadata, reference: TypeReference) => ArgumentEncoding | undefined;

const ENCODINGS: Readonly<Record<ArgumentKind, Recognize>> = {
  id: ({ types }, reference) => integer(unwrapped(types, reference), "u32", "compactU32"),
  amount: ({ types }, reference) => integer(unwrapped(types, reference), "u128", "compactU128"),
  account: ({ types }, reference) => (isAddress(types, reference) ? "account" : undefined),
  bytes: ({ types }, reference) => (itemOf(types, reference) === "u8" ? "bytes" : undefined),
  calls: ({ types, extrinsic }, reference) => (itemOf(types, reference) === extrinsic.call ? "calls" : undefined),
};

const refuse = (call: string, expected: string): never => {
  throw new ProofError("proof/metadata-call", `${call}: expected ${expected}`);
};

const argumentsOf = (metadata: ProvenMetadata, name: CallName, variant: TypeVariant): CallFormat["arguments"] => {
  const expected = new Map(Object.entries(CALL_SIGNATURES[name].arguments));
  const names = new Set(variant.fields.map((field) => field.name));
  if (names.size !== variant.fields.length || names.size !== expected.size)
    refuse(name, `each of the arguments ${[...expected.keys()].join(", ")} once`);
  return variant.fields.map((field) => {
    const [argument, kind] = expected.get(field.name ?? "") ?? refuse(name, `no argument ${field.name}`);
    const encoding = ENCODINGS[kind](metadata, field.type);
    if (encoding === undefined)
      throw new ProofError("proof/metadata-argument", `${name}: expected ${field.name} to be of kind ${kind}`);
    return { name: argument, encoding };
  });
};

/**
 * A pallet's calls, as far as they are proven, and its index; undefined if the pallet isn't
 * proven.
 */
const palletCalls = (
  { types, extrinsic }: ProvenMetadata,
  name: string,
): { readonly index: number; readonly calls: ProvenType | undefined } | undefined => {
  const runtimeCall = innerType(types, extrinsic.call);
  if (runtimeCall?.type !== "enum") return refuse(name, "the runtime's call to be an enum");
  const pallet = variantNamed(runtimeCall, name);
  if (pallet === undefined) return undefined;
  const [only, ...others] = pallet.fields;
  if (only === undefined || others.length > 0) return refuse(name, "the pallet's variant to hold its call alone");
  return { index: pallet.index, calls: typeOf(types, only.type) };
};

const provenCall = (metadata: ProvenMetadata, name: CallName, assetsPallet: string): CallFormat | undefined => {
  const { pallet, call } = CALL_SIGNATURES[name];
  const found = palletCalls(metadata, pallet === "assets" ? assetsPallet : pallet);
  if (found === undefined) return undefined;
  const { index, calls } = found;
  if (calls?.type !== "enum" || calls.path.join("::") !== PATHS[pallet])
    return refuse(name, `calls of ${PATHS[pallet]}, got ${calls?.path.join("::")}`);
  const variant = variantNamed(calls, call);
  if (variant === undefined) return undefined;
  return { index: [index, variant.index], arguments: argumentsOf(metadata, name, variant) };
};

/**
 * Finds the calls whose types are proven, in `System`, `Utility` and the assets pallet of that
 * name.
 * @throws ProofError `proof/metadata-call` and `proof/metadata-argument` for one that isn't as
 * expected
 */
export const provenCalls = (metadata: ProvenMetadata, assetsPallet: string): Partial<Record<CallName, CallFormat>> => {
  const found: Partial<Record<CallName, CallFormat>> = {};
  for (const name of CALL_NAMES) {
    const call = provenCall(metadata, name, assetsPallet);
    if (call !== undefined) found[name] = call;
  }
  return found;
};
