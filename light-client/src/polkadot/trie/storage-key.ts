/** Keys of the storage items that the bridge reads, built from the names of pallet and item. */
import { concat, utf8 } from "../../bytes.js";
import { encode, u32 } from "../../codec/scale.js";
import { blake2b128 } from "../../crypto/blake2b.js";
import { createRecent } from "../../crypto/recent.js";
import { twox64, twox128 } from "../../crypto/twox.js";

// No more than the bridge reads: names and ids come from the configuration.
const known = createRecent<Uint8Array>(64);

const remembered = (name: string, make: () => Uint8Array): Uint8Array => {
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
};

/**
 * Gives the 32 bytes that all keys of a storage item begin with. They are the whole key of an item
 * that isn't a map.
 */
export const storagePrefix = (pallet: string, item: string): Uint8Array =>
  remembered(`${pallet}.${item}`, () => concat(twox128(utf8(pallet)), twox128(utf8(item))));

/** Hashes by Substrate's `Blake2_128Concat`: for keys that strangers choose. */
export const blake2b128Concat = (key: Uint8Array): Uint8Array => concat(blake2b128(key), key);

/** Hashes by Substrate's `Twox64Concat`: for keys that nobody can choose. */
export const twox64Concat = (key: Uint8Array): Uint8Array => concat(twox64(key), key);

const SYSTEM_ACCOUNT = storagePrefix("System", "Account");
const PARAS_HEADS = storagePrefix("Paras", "Heads");

const index = (id: number): Uint8Array => encode(u32, id);

/**
 * Gives the key of `System.Account(who)`.
 * @param who account id, 32 bytes
 */
export const systemAccount = (who: Uint8Array): Uint8Array => concat(SYSTEM_ACCOUNT, blake2b128Concat(who));

/** `System.LastRuntimeUpgrade`: the spec version that executed the block. */
export const lastRuntimeUpgrade: Uint8Array = storagePrefix("System", "LastRuntimeUpgrade");

/** `Timestamp.Now`, in milliseconds. */
export const timestampNow: Uint8Array = storagePrefix("Timestamp", "Now");

const ofAsset = (pallet: string, item: string, id: number): Uint8Array =>
  remembered(`${pallet}.${item}(${id})`, () => concat(storagePrefix(pallet, item), blake2b128Concat(index(id))));

/** Gives the key of `Asset(id)` of an assets pallet, such as `Assets`. */
export const asset = (pallet: string, id: number): Uint8Array => ofAsset(pallet, "Asset", id);

/** Gives the key of `Account(id, who)` of an assets pallet. */
export const assetAccount = (pallet: string, id: number, who: Uint8Array): Uint8Array =>
  concat(ofAsset(pallet, "Account", id), blake2b128Concat(who));

/** Gives the key of `Approvals(id, owner, delegate)` of an assets pallet. */
export const assetApproval = (pallet: string, id: number, owner: Uint8Array, delegate: Uint8Array): Uint8Array =>
  concat(ofAsset(pallet, "Approvals", id), blake2b128Concat(owner), blake2b128Concat(delegate));

/** Gives the key of `Paras.Heads(paraId)` on a relay chain. */
export const parasHeads = (paraId: number): Uint8Array => concat(PARAS_HEADS, twox64Concat(index(paraId)));
