import { concat } from "@pdiem/light-client/bytes";
import { compactU32, encode } from "@pdiem/light-client/codec/scale";
import { RpcError } from "../error.js";
import type { RuntimeType, RuntimeTypes } from "./runtime-types.js";

type Definition = RuntimeType["def"];
type Variant = Extract<Definition, { tag: "variant" }>["value"][number];

/**
 * The variant to take of an enum, by the last segment of its path. It is the first one where that
 * names none.
 */
export type Choices = Readonly<Record<string, string>>;

const PRIMITIVE_LENGTHS: Readonly<Record<Extract<Definition, { tag: "primitive" }>["value"]["tag"], number>> = {
  bool: 1,
  char: 1,
  str: 1,
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  u128: 16,
  u256: 32,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  i128: 16,
  i256: 32,
};

const MAX_DEPTH = 32;
const ZERO = Uint8Array.of(0);

const unusable = (what: string): never => {
  throw new RpcError("rpc/metadata", `expected metadata that extrinsics can be written from, ${what}`);
};

const definitionOf = ({ lookup }: RuntimeTypes, type: number): RuntimeType =>
  lookup.get(type) ?? unusable(`it lacks type ${type}`);

/**
 * Bounds what metadata can cost. The library, too, walks the types of a sample as often as they
 * occur in it.
 */
interface Budget {
  left: number;
}
const MAX_VALUES = 16_384;

const spend = (budget: Budget, values: number): void => {
  budget.left -= values;
  if (budget.left < 0) unusable(`a type of it consists of over ${MAX_VALUES} values`);
};

const sampleWithin = (
  types: RuntimeTypes,
  type: number,
  choices: Choices,
  budget: Budget,
  depth: number,
): Uint8Array => {
  if (depth > MAX_DEPTH) unusable(`its type ${type} is nested too deep`);
  spend(budget, 1);
  const { def, path } = definitionOf(types, type);
  const all = (inner: readonly number[]): Uint8Array =>
    concat(...inner.map((one) => sampleWithin(types, one, choices, budget, depth + 1)));
  switch (def.tag) {
    case "composite":
      return all(def.value.map((field) => field.type));
    case "tuple":
      return all(def.value);
    case "array":
      spend(budget, def.value.len);
      return all(Array(def.value.len).fill(def.value.type));
    case "primitive":
      return new Uint8Array(PRIMITIVE_LENGTHS[def.value.tag]);
    case "variant": {
      const chosen = def.value.find(({ name }) => name === choices[path.at(-1) ?? ""]) ?? def.value[0];
      if (chosen === undefined) return new Uint8Array(0);
      return concat(Uint8Array.of(chosen.index), all(chosen.fields.map((field) => field.type)));
    }
    case "sequence":
    case "compact":
      return ZERO;
    default:
      return unusable(`its type ${type} is a ${def.tag}`);
  }
};

/**
 * Encodes a value of a type: zeros, empty lists, and the chosen variants of enums.
 * @throws RpcError `rpc/metadata` for types that are missing, nested over 32 deep, too large, or
 * can't be sampled
 */
export const sampleValue = (types: RuntimeTypes, type: number, choices: Choices): Uint8Array =>
  sampleWithin(types, type, choices, { left: MAX_VALUES }, 0);

/** A call's pallet index, its own index and the arguments given. */
const callVariant = (types: RuntimeTypes, pallet: string, call: string): { index: number; variant: Variant } => {
  const found = types.pallets.find(({ name }) => name === pallet);
  const def = found?.calls === undefined ? undefined : definitionOf(types, found.calls).def;
  const variant = def?.tag === "variant" ? def.value.find(({ name }) => name === call) : undefined;
  if (found === undefined || variant === undefined) return unusable(`it has no call ${pallet}.${call}`);
  return { index: found.index, variant };
};

/**
 * Encodes a call of least arguments.
 * @throws RpcError `rpc/metadata` if the runtime has no such call
 */
export const sampleCall = (types: RuntimeTypes, pallet: string, call: string, choices: Choices): Uint8Array => {
  const { index, variant } = callVariant(types, pallet, call);
  const values = variant.fields.map((field) => sampleValue(types, field.type, choices));
  return concat(Uint8Array.of(index, variant.index), ...values);
};

/** Encodes a `batch_all` of calls that are encoded already. */
export const sampleBatch = (types: RuntimeTypes, calls: readonly Uint8Array[]): Uint8Array => {
  const { index, variant } = callVariant(types, "Utility", "batch_all");
  return concat(Uint8Array.of(index, variant.index), encode(compactU32, calls.length), ...calls);
};
