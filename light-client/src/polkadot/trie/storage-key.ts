/** Keys of the storage items that the bridge reads, built from the names of pallet and item. */
import { concat, utf8 } from "../../bytes.js";
import { encode, u32 } from "../../codec/scale.js";
import { blake2b128 } from "../../crypto/blake2b.js";
import { twox64, twox128 } from "../../crypto/twox.js";

/** The 32 bytes that all keys of a storage item begin with; the whole key of an item that isn't a map. */
export const storagePrefix = (pallet: string, item: string): Uint8Array =>
  concat(twox128(utf8(pallet)), twox128(utf8(item)));

/** Substrate's `Blake2_128Concat`: for keys that strangers choose. */
export const blake2b128Concat = (key: Uint8Array): Uint8Array => concat(blake2b128(key), key);

/** Substrate's `Twox64Concat`: for keys that nobody can choose. */
export const twox64Concat = (key: Uint8Array): Uint8Array => concat(twox64(key), key);

const SYSTEM_ACCOUNT = storagePrefix("System", "Account");
const ASSETS_ASSET = storagePrefix("Assets", "Asset");
const ASSETS_ACCOUNT = storagePrefix("Assets", "Account");
const ASSETS_APPROVALS = storagePrefix("Assets", "Approvals");
const PARAS_HEADS = storagePrefix("Paras", "Heads");

const index = (id: number): Uint8Array => encode(u32, id);

/** `System.Account(who)`. @param who account id, 32 bytes */
export const systemAccount = (who: Uint8Array): Uint8Array => concat(SYSTEM_ACCOUNT, blake2b128Concat(who));

/** `System.LastRuntimeUpgrade`: the spec version that executed the block. */
export const lastRuntimeUpgrade: Uint8Array = storagePrefix("System", "LastRuntimeUpgrade");

/** `Timestamp.Now`, in milliseconds. */
export const timestampNow: Uint8Array = storagePrefix("Timestamp", "Now");

/** `Assets.Asset(id)`. */
export const asset = (id: number): Uint8Array => concat(ASSETS_ASSET, blake2b128Concat(index(id)));

/** `Assets.Account(id, who)`. */
export const assetAccount = (id: number, who: Uint8Array): Uint8Array =>
  concat(ASSETS_ACCOUNT, blake2b128Concat(index(id)), blake2b128Concat(who));

/** `Assets.Approvals(id, owner, delegate)`. */
export const assetApproval = (id: number, owner: Uint8Array, delegate: Uint8Array): Uint8Array =>
  concat(ASSETS_APPROVALS, blake2b128Concat(index(id)), blake2b128Concat(owner), blake2b128Concat(delegate));

/** `Paras.Heads(paraId)` on a relay chain. */
export const parasHeads = (paraId: number): Uint8Array => concat(PARAS_HEADS, twox64Concat(index(paraId)));
