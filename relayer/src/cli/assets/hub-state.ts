/** What the parachain says now of the assets and of whoever has to do with them. */
import { toHex } from "@pdiem/light-client/bytes";
import { asset, systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import {
  type AccountInfo,
  type AssetDetails,
  readAccountInfo,
  readAssetDetails,
} from "@pdiem/light-client/polkadot/trie/storage-value";
import {
  type AssetMetadata,
  assetMetadata,
  nextAssetId,
  readAssetMetadata,
  readNextAssetId,
} from "../../chains/parachain/asset-metadata.js";
import { finalizedHead, headerOf, storageOf } from "../../chains/parachain/substrate-node.js";
import type { SubstrateCall } from "../../chains/parachain/substrate-rpc.js";
import { RpcError } from "../../error.js";
import type { AssetSetUp } from "./set-up.js";

/** Looks a storage key up; undefined where there is no value. */
export type Lookup = (key: Uint8Array) => Uint8Array | undefined;

export interface HubState {
  readonly details: (id: number) => AssetDetails | undefined;
  readonly metadata: (id: number) => AssetMetadata | undefined;
  readonly account: (who: Uint8Array) => AccountInfo | undefined;
  /** Undefined: whoever makes an asset chooses its id. */
  readonly nextAssetId: number | undefined;
}

/** Lists what a plan and a check look up. @param accounts 32 bytes each */
export const hubKeys = (
  pallet: string,
  ids: readonly number[],
  accounts: readonly Uint8Array[],
): readonly Uint8Array[] => [
  nextAssetId(pallet),
  ...ids.flatMap((id) => [asset(pallet, id), assetMetadata(pallet, id)]),
  ...accounts.map(systemAccount),
];

/** Reads storage as the plan and the checks have it. */
export const hubStateOf = (pallet: string, lookup: Lookup): HubState => {
  const read = <T>(key: Uint8Array, reader: (value: Uint8Array) => T): T | undefined => {
    const value = lookup(key);
    return value === undefined ? undefined : reader(value);
  };
  return {
    details: (id) => read(asset(pallet, id), readAssetDetails),
    metadata: (id) => read(assetMetadata(pallet, id), readAssetMetadata),
    account: (who) => read(systemAccount(who), readAccountInfo),
    nextAssetId: read(nextAssetId(pallet), readNextAssetId),
  };
};

/** A finalized block by one node's word. */
export interface ToldBlock {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** Asks for the newest finalized block. @throws RpcError `rpc/form` where the node has no such */
export const toldFinalized = async (call: SubstrateCall): Promise<ToldBlock> => {
  const hash = await finalizedHead(call);
  const header = await headerOf(call, hash);
  if (header === undefined) throw new RpcError("rpc/form", "expected the node to know the block that it names");
  return { number: header.number, hash };
};

/** Reads the same at a block by one node's word. */
export const toldHubState = async (
  call: SubstrateCall,
  { pallet, assets }: Pick<AssetSetUp, "pallet" | "assets">,
  accounts: readonly Uint8Array[],
  { hash }: ToldBlock,
): Promise<HubState> => {
  const ids = assets.flatMap(({ assetId }) => (assetId === undefined ? [] : [assetId]));
  const values = new Map<string, Uint8Array | undefined>();
  for (const key of hubKeys(pallet, ids, accounts)) values.set(toHex(key), await storageOf(call, key, hash));
  return hubStateOf(pallet, (key) => values.get(toHex(key)));
};
