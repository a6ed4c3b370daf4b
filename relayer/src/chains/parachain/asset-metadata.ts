/** Storage of an assets pallet that only setting up and checking look at. */
import { concat } from "@pdiem/light-client/bytes";
import { bool, bytes, type Codec, decode, encode, struct, u8, u32, u128 } from "@pdiem/light-client/codec/scale";
import { blake2b128Concat, storagePrefix } from "@pdiem/light-client/polkadot/trie/storage-key";

/** How wallets write an asset. */
export interface AssetMetadata {
  readonly deposit: bigint;
  /** UTF-8. */
  readonly name: Uint8Array;
  readonly symbol: Uint8Array;
  readonly decimals: number;
  readonly isFrozen: boolean;
}

const assetMetadataValue: Codec<AssetMetadata> = struct({
  deposit: u128,
  name: bytes,
  symbol: bytes,
  decimals: u8,
  isFrozen: bool,
});

/** Gives the key of `Metadata(id)` of an assets pallet. */
export const assetMetadata = (pallet: string, id: number): Uint8Array =>
  concat(storagePrefix(pallet, "Metadata"), blake2b128Concat(encode(u32, id)));

/** @throws DecodeError if it has another shape */
export const readAssetMetadata = (value: Uint8Array): AssetMetadata => decode(assetMetadataValue, value);

/** Gives the key of `NextAssetId`: where it is set, the chain takes no other id for a new asset. */
export const nextAssetId = (pallet: string): Uint8Array => storagePrefix(pallet, "NextAssetId");

/** @throws DecodeError if it has another shape */
export const readNextAssetId = (value: Uint8Array): number => decode(u32, value);
