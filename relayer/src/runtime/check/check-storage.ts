/** The storage items that the bridge reads, and proofs of which the enclave takes (PROTOCOL 3). */
import { isPdiemError } from "@pdiem/light-client/error";
import type { TypeLookup } from "@pdiem/light-client/polkadot/metadata/type-lookup";
import type { TypeReference } from "@pdiem/light-client/polkadot/metadata/type-reference";
import type { Pallet, RuntimeMetadata, StorageItem } from "../runtime-metadata.js";
import { typeParts } from "../type-text.js";
import { differs, type Finding, note, ok } from "./finding.js";

/** What may stand in one place of a value: one encoding, or several that are read alike. */
type Place = string | readonly string[];

interface ExpectedItem {
  readonly item: string;
  /** Hasher and encoding of each part of the key. */
  readonly keys: readonly (readonly [hasher: string, key: string])[];
  /** Undefined for any. */
  readonly value: readonly Place[] | undefined;
  /** What can't be done without it. */
  readonly use: string;
  /** Read for people alone. */
  readonly isOptional?: boolean;
}

const ACCOUNT = "32B";
const BLAKE = "Blake2128Concat";
const ID = [BLAKE, "u32"] as const;
const WHO = [BLAKE, ACCOUNT] as const;

const ASSET_STATUS = ["enum(0 | 1 | 2)", "enum(0 | 1)", "bool"];
const ACCOUNT_STATUS = ["enum(0 | 1 | 2)", "enum(0 | 1)", "bool"];
const REASON = ["enum(0 | 1 | 2 u128 | 3 | 4 32B u128)", "enum(0 | 1 | 2 u128 | 3)", "enum(0 | 1)", "bool"];

const SYSTEM: readonly ExpectedItem[] = [
  {
    item: "Account",
    keys: [WHO],
    value: ["u32", "u32", "u32", "u32", "u128", "u128", "u128", "u128"],
    use: "the issuer's nonce and balance, and whether an account can take an asset",
  },
  {
    item: "LastRuntimeUpgrade",
    keys: [],
    value: ["compactU32", "text"],
    use: "which runtime is in force",
  },
  {
    item: "Events",
    keys: [],
    value: undefined,
    use: "why a batch was reverted, for people",
    isOptional: true,
  },
];

const TIMESTAMP: readonly ExpectedItem[] = [{ item: "Now", keys: [], value: ["u64"], use: "the block's time" }];

const ASSETS: readonly ExpectedItem[] = [
  {
    item: "Asset",
    keys: [ID],
    value: [...Array<string>(4).fill(ACCOUNT), ...["u128", "u128", "u128", "bool", "u32", "u32", "u32"], ASSET_STATUS],
    use: "team, supply, minimum balance and status of a bridged asset",
  },
  {
    item: "Account",
    keys: [ID, WHO],
    value: ["u128", ACCOUNT_STATUS, REASON],
    use: "what withdrawal accounts hold, and whether an account can receive",
  },
  {
    item: "Approvals",
    keys: [ID, WHO, WHO],
    value: ["u128", "u128"],
    use: "the anchor: which ledger is in force",
  },
  {
    item: "Metadata",
    keys: [ID],
    value: ["u128", "bytes", "bytes", "u8", "bool"],
    use: "an asset's symbol and decimals, for people",
    isOptional: true,
  },
];

const PARAS: readonly ExpectedItem[] = [
  {
    item: "Heads",
    keys: [["Twox64Concat", "u32"]],
    value: ["bytes"],
    use: "the parachain's finalized head",
  },
];

const written = (place: Place): string => (typeof place === "string" ? place : (place[0] ?? ""));
const fits = (place: Place | undefined, part: string | undefined): boolean =>
  typeof place === "string" ? place === part : part !== undefined && place?.includes(part) === true;

/** A type that can't be followed is one that the bridge doesn't expect. */
const parts = (types: TypeLookup, reference: TypeReference): readonly string[] => {
  try {
    return typeParts(types, reference);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return ["(a type that isn't there, or is nested too deep)"];
  }
};

const keyWords = (keys: readonly (readonly [string, string])[]): string =>
  keys.length === 0 ? "no map" : keys.map(([hasher, key]) => `${hasher}(${key})`).join(", ");

const differenceIn = (
  { types }: RuntimeMetadata,
  pallet: Pallet,
  found: StorageItem,
  expected: ExpectedItem,
): { readonly found: string; readonly expected: string } | undefined => {
  if (pallet.prefix !== pallet.name)
    return { found: `stored under ${pallet.prefix}`, expected: `stored under ${pallet.name}` };
  const keys = found.hashers.map((hasher, at) => {
    const key = found.keys[at];
    return [hasher, key === undefined ? "" : parts(types, key).join(" ")] as const;
  });
  if (keyWords(keys) !== keyWords(expected.keys))
    return { found: `key ${keyWords(keys)}`, expected: `key ${keyWords(expected.keys)}` };
  if (expected.value === undefined) return undefined;
  const places = expected.value;
  const value = parts(types, found.value);
  const isSame = value.length === places.length && places.every((place, at) => fits(place, value[at]));
  return isSame ? undefined : { found: `value ${value.join(" ")}`, expected: `value ${places.map(written).join(" ")}` };
};

const checkItem = (metadata: RuntimeMetadata, palletName: string, expected: ExpectedItem): Finding => {
  const subject = `${palletName}.${expected.item}`;
  const pallet = metadata.pallets.find(({ name }) => name === palletName);
  const item = pallet?.storage.find(({ name }) => name === expected.item);
  const difference =
    pallet === undefined || item === undefined
      ? { found: "nothing of that name", expected: "a storage item" }
      : differenceIn(metadata, pallet, item, expected);
  if (difference === undefined) return ok("storage", subject, keyWords(expected.keys));
  return expected.isOptional === true
    ? note("storage", subject, difference.found, `it can't be shown any more: ${expected.use}`)
    : differs("storage", subject, { ...difference, meaning: `it can't be proven any more: ${expected.use}` });
};

/**
 * Compares what the bridge reads of the parachain.
 * @param assetsPallet name of the assets' pallet
 */
export const checkStorage = (metadata: RuntimeMetadata, assetsPallet: string): readonly Finding[] => [
  ...SYSTEM.map((one) => checkItem(metadata, "System", one)),
  ...TIMESTAMP.map((one) => checkItem(metadata, "Timestamp", one)),
  ...ASSETS.map((one) => checkItem(metadata, assetsPallet, one)),
];

/** Compares what the bridge reads of the relay chain. */
export const checkRelayStorage = (metadata: RuntimeMetadata): readonly Finding[] =>
  PARAS.map((one) => checkItem(metadata, "Paras", one));
