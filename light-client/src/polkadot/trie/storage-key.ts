/** Keys of the storage items that the bridge reads, built from the names of pallet and item. */
import { concat, utf8 } from "../../bytes.js";
import { encode, u32 } from "../../codec/scale.js";
import { blake2b128 } from "../../crypto/blake2b.js";
import { twox64, twox128 } from "../../crypto/twox.js";

// By names that the code and a bridge's configuration give.
const prefixes = new Map<string, Uint8Array>();

/**
 * Gives the 32 bytes that all keys of a storage item begin with. They are the whole key of an item
 * that isn't a map.
 */
export const storagePrefix = (pallet: string, item: string): Uint8Array => {
  const name = `${pallet} ${item}`;
  const prefix = prefixes.get(name) ?? concat(twox128(utf8(pallet)), twox128(utf8(item)));
  prefixes.set(name, prefix);
  return prefix;
};

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

/** Gives the key of `Asset(id)` of an assets pallet, such as `Assets`. */
export const asset = (pallet: string, id: number): Uint8Array =>
  concat(storagePrefix(pallet, "Asset"), blake2b128Concat(index(id)));

/** Gives the key of `Account(id, who)` of an assets pallet. */
export const assetAccount = (pallet: string, id: number, who: Uint8Array): Uint8Array =>
  concat(storagePrefix(pallet, "Account"), blake2b128Concat(index(id)), blake2b128Concat(who));

/** Gives the key of `Approvals(id, owner, delegate)` of an assets pallet. */
export const assetApproval = (pallet: string, id: number, owner: Uint8Array, delegate: Uint8Array): Uint8Array =>
  concat(
    storagePrefix(pallet, "Approvals"),
    blake2b128Concat(index(id)),
    blake2b128Concat(owner),
    blake2b128Concat(delegate),
  );

/** Gives the key of `Paras.Heads(paraId)` on a relay chain. */
export const parasHeads = (paraId: number): Uint8Array => concat(PARAS_HEADS, twox64Concat(index(paraId)));
