/**
 * A runtime's metadata as the bridge's own rules take it: types referred to as RFC 78 refers to
 * them. Nothing of it is proven.
 */
import { fromHex } from "@pdiem/light-client/bytes";
import type { ExtensionTypes } from "@pdiem/light-client/polkadot/metadata/extrinsic-metadata";
import type { TypeField } from "@pdiem/light-client/polkadot/metadata/type-leaf";
import type { ProvenType, TypeLookup } from "@pdiem/light-client/polkadot/metadata/type-lookup";
import type { TypeReference } from "@pdiem/light-client/polkadot/metadata/type-reference";
import { decAnyMetadata, unifyMetadata, type V14Lookup } from "@polkadot-api/substrate-bindings";
import { RpcError } from "../error.js";

type Unified = ReturnType<typeof unifyMetadata>;
type Entry = V14Lookup[number];

export interface StorageItem {
  readonly name: string;
  /** Hashers of the key's parts; none for what is no map. */
  readonly hashers: readonly string[];
  readonly keys: readonly TypeReference[];
  readonly value: TypeReference;
}

export interface Pallet {
  readonly name: string;
  readonly index: number;
  /** What storage keys are made from: the pallet's name at first. */
  readonly prefix: string | undefined;
  readonly storage: readonly StorageItem[];
  readonly calls: TypeReference | undefined;
  readonly constants: readonly {
    readonly name: string;
    readonly type: TypeReference;
    readonly value: Uint8Array;
  }[];
}

export interface RuntimeMetadata {
  readonly version: number;
  readonly types: TypeLookup;
  readonly pallets: readonly Pallet[];
  /** Versions of extrinsics that it takes. */
  readonly extrinsicVersions: readonly number[];
  readonly address: TypeReference;
  readonly signature: TypeReference;
  readonly call: TypeReference;
  readonly extensions: readonly ExtensionTypes[];
  /** What each call says of itself, by `Pallet.call`. */
  readonly docs: ReadonlyMap<string, string>;
}

const COMPACT = {
  u8: "compactU8",
  u16: "compactU16",
  u32: "compactU32",
  u64: "compactU64",
  u128: "compactU128",
  u256: "compactU256",
} as const;

type Primitive = Extract<Entry["def"], { tag: "primitive" }>["value"]["tag"];

const refuse = (what: string): never => {
  throw new RpcError("rpc/metadata", `expected a runtime's metadata, ${what}`);
};

/** Gives RFC 78's references to the types of a registry. */
const referrer = (entries: ReadonlyMap<number, Entry>) => {
  const refer = (id: number): TypeReference => {
    const { def } = entries.get(id) ?? refuse(`it lacks type ${id}`);
    if (def.tag === "primitive") return def.value.tag;
    if (def.tag === "compact") return compact(def.value);
    if ((def.tag === "tuple" || def.tag === "composite") && def.value.length === 0) return "void";
    return id;
  };
  const compact = (id: number, depth = 0): TypeReference => {
    const { def } = entries.get(id) ?? refuse(`it lacks type ${id}`);
    if (def.tag === "primitive") return compactOf(def.value.tag);
    if (def.tag === "tuple" && def.value.length === 0) return "void";
    const [only] = def.tag === "composite" ? def.value : [];
    return only === undefined || depth > 16 ? refuse(`type ${id} can't be compact`) : compact(only.type, depth + 1);
  };
  const compactOf = (primitive: Primitive): TypeReference =>
    primitive in COMPACT ? COMPACT[primitive as keyof typeof COMPACT] : refuse(`a compact ${primitive}`);
  return refer;
};

const convert = (entry: Entry, refer: (id: number) => TypeReference): ProvenType | undefined => {
  const { path, def } = entry;
  const fields = (all: readonly { readonly name?: string | undefined; readonly type: number }[]): TypeField[] =>
    all.map(({ name, type }) => ({ name, type: refer(type), typeName: undefined }));
  switch (def.tag) {
    case "composite":
      return { path, type: "composite", value: fields(def.value) };
    case "variant":
      return {
        path,
        type: "enum",
        variants: def.value.map((one) => ({ name: one.name, index: one.index, fields: fields(one.fields) })),
      };
    case "sequence":
      return { path, type: "sequence", value: refer(def.value) };
    case "array":
      return { path, type: "array", value: { length: def.value.len, item: refer(def.value.type) } };
    case "tuple":
      return { path, type: "tuple", value: def.value.map(refer) };
    case "bitSequence":
      return { path, type: "bitSequence", value: { storeBytes: 1, leastSignificantFirst: true } };
    default:
      return undefined;
  }
};

const keysOf = (id: number, count: number, entries: ReadonlyMap<number, Entry>): readonly number[] => {
  const def = entries.get(id)?.def;
  return count > 1 && def?.tag === "tuple" ? def.value : [id];
};

const storageOf = (
  { storage }: Unified["pallets"][number],
  entries: ReadonlyMap<number, Entry>,
  refer: (id: number) => TypeReference,
): readonly StorageItem[] =>
  (storage?.items ?? []).map(({ name, type }) => {
    if (type.tag === "plain") return { name, hashers: [], keys: [], value: refer(type.value) };
    const { hashers, key, value } = type.value;
    return {
      name,
      hashers: hashers.map(({ tag }) => tag),
      keys: keysOf(key, hashers.length, entries).map(refer),
      value: refer(value),
    };
  });

const docsOf = ({ pallets }: Unified, entries: ReadonlyMap<number, Entry>): ReadonlyMap<string, string> =>
  new Map(
    pallets.flatMap(({ name, calls }) => {
      const def = calls === undefined ? undefined : entries.get(calls.type)?.def;
      return def?.tag === "variant"
        ? def.value.map((one) => [`${name}.${one.name}`, one.docs.join("\n")] as const)
        : [];
    }),
  );

/** Version 14 has the parts of extrinsics as parameters of their type only. */
const partsOf = (
  { extrinsic }: Unified,
  entries: ReadonlyMap<number, Entry>,
): { readonly address: number; readonly signature: number; readonly call: number } => {
  if ("address" in extrinsic) return extrinsic;
  const params = entries.get(extrinsic.type)?.params ?? [];
  const named = (name: string): number =>
    params.find((one) => one.name === name)?.type ?? refuse(`its extrinsics have no ${name}`);
  return { address: named("Address"), signature: named("Signature"), call: named("Call") };
};

const decodeMetadata = (metadata: Uint8Array): Unified => {
  try {
    return unifyMetadata(decAnyMetadata(metadata));
  } catch (cause) {
    throw new RpcError("rpc/metadata", "expected a runtime's metadata of version 14 to 16", "never", { cause });
  }
};

/**
 * Reads metadata of version 14, 15 or 16.
 * @throws RpcError `rpc/metadata` for what isn't
 */
export const readMetadata = (metadata: Uint8Array): RuntimeMetadata => {
  const unified = decodeMetadata(metadata);
  const entries = new Map(unified.lookup.map((entry) => [entry.id, entry]));
  const refer = referrer(entries);
  const types = new Map<number, ProvenType>();
  for (const [id, entry] of entries) {
    const type = convert(entry, refer);
    if (type !== undefined) types.set(id, type);
  }
  const { address, signature, call } = partsOf(unified, entries);
  return {
    version: unified.version,
    types,
    pallets: unified.pallets.map((pallet) => ({
      name: pallet.name,
      index: pallet.index,
      prefix: pallet.storage?.prefix,
      storage: storageOf(pallet, entries, refer),
      calls: pallet.calls === undefined ? undefined : refer(pallet.calls.type),
      constants: pallet.constants.map(({ name, type, value }) => ({ name, type: refer(type), value: fromHex(value) })),
    })),
    extrinsicVersions: unified.extrinsic.version,
    address: refer(address),
    signature: refer(signature),
    call: refer(call),
    extensions: (unified.extrinsic.extensionsByVersion[0] ?? []).map(({ identifier, type, additionalSigned }) => ({
      identifier,
      extra: refer(type),
      implicit: refer(additionalSigned),
    })),
    docs: docsOf(unified, entries),
  };
};
