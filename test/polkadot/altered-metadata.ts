/** Metadata of real runtimes, and what it would be if one thing of it were otherwise. */
import { createRequire } from "node:module";
import { genesis } from "@pdiem/devnet/asset-hub/genesis";
import { valueAt } from "@pdiem/devnet/trie/trie";
import { fromHex, utf8 } from "@pdiem/light-client/bytes";
import type { ProvenType } from "@pdiem/light-client/polkadot/metadata/type-lookup";
import type { TypeReference } from "@pdiem/light-client/polkadot/metadata/type-reference";
import { metadata15 } from "@pdiem/relayer/chains/runtime-types";
import {
  type Pallet,
  type RuntimeMetadata,
  readMetadata,
  type StorageItem,
} from "@pdiem/relayer/runtime/runtime-metadata";

/** Metadata of version 15 out of npm's `@polkadot/types-support`: Asset Hub's is of 2.x. */
export const supportedMetadata = (chain: "asset-hub-polkadot" | "polkadot"): RuntimeMetadata => {
  const path = `@polkadot/types-support/cjs/metadata/v15/${chain}-hex`;
  const { default: answer } = createRequire(import.meta.url)(path) as { readonly default: string };
  return readMetadata(metadata15(fromHex(answer)));
};

/** The code of statemine 900 as its chain has it: compressed. */
export const statemineCode = (): Uint8Array => {
  const code = valueAt(genesis([], []).state, utf8(":code"));
  if (code === undefined) throw new Error("expected a runtime in the genesis state");
  return code;
};

const palletOf = ({ pallets }: RuntimeMetadata, name: string): Pallet => {
  const found = pallets.find((pallet) => pallet.name === name);
  if (found === undefined) throw new Error(`expected a pallet ${name}`);
  return found;
};

const withPallet = (metadata: RuntimeMetadata, changed: Pallet): RuntimeMetadata => ({
  ...metadata,
  pallets: metadata.pallets.map((pallet) => (pallet.name === changed.name ? changed : pallet)),
});

/** With a storage item changed, or left out. */
export const withStorage = (
  metadata: RuntimeMetadata,
  palletName: string,
  item: string,
  change: (found: StorageItem) => Partial<StorageItem> | undefined,
): RuntimeMetadata => {
  const pallet = palletOf(metadata, palletName);
  const storage = pallet.storage.flatMap((found) => {
    if (found.name !== item) return [found];
    const changed = change(found);
    return changed === undefined ? [] : [{ ...found, ...changed }];
  });
  return withPallet(metadata, { ...pallet, storage });
};

/** With a constant of another value. */
export const withConstant = (
  metadata: RuntimeMetadata,
  palletName: string,
  constant: string,
  value: Uint8Array,
): RuntimeMetadata => {
  const pallet = palletOf(metadata, palletName);
  const constants = pallet.constants.map((found) => (found.name === constant ? { ...found, value } : found));
  return withPallet(metadata, { ...pallet, constants });
};

/** With a type of another definition. */
export const withType = (metadata: RuntimeMetadata, id: TypeReference, type: ProvenType): RuntimeMetadata => {
  if (typeof id === "string") throw new Error(`expected a type's number, got ${id}`);
  return { ...metadata, types: new Map([...metadata.types, [id, type]]) };
};

type Variant = Extract<ProvenType, { type: "enum" }>["variants"][number];

/** With one of a pallet's calls changed, or left out. */
export const withCall = (
  metadata: RuntimeMetadata,
  palletName: string,
  call: string,
  change: (found: Variant) => Partial<Variant> | undefined,
): RuntimeMetadata => {
  const { calls } = palletOf(metadata, palletName);
  const type = typeof calls === "number" ? metadata.types.get(calls) : undefined;
  if (calls === undefined || type?.type !== "enum") throw new Error(`expected ${palletName} to have calls`);
  const variants = type.variants.flatMap((found) => {
    if (found.name !== call) return [found];
    const changed = change(found);
    return changed === undefined ? [] : [{ ...found, ...changed }];
  });
  return withType(metadata, calls, { ...type, variants });
};

/** With one argument of a call of another type. */
export const withArgument = (
  metadata: RuntimeMetadata,
  palletName: string,
  call: string,
  argument: string,
  type: TypeReference,
): RuntimeMetadata =>
  withCall(metadata, palletName, call, ({ fields }) => ({
    fields: fields.map((field) => (field.name === argument ? { ...field, type } : field)),
  }));
