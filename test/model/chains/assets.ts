/** pallet-assets as measured on real runtimes, and the accounts that hold its assets. */
import { toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import { config, currencies } from "../setting.js";
import { Violation } from "../violation.js";

export interface Asset {
  readonly supply: bigint;
  readonly isFrozen: boolean;
  readonly freezer: Uint8Array;
}

export interface Entry {
  readonly balance: bigint;
  readonly isFrozen: boolean;
}

export interface Holder {
  readonly providers: number;
  readonly consumers: number;
}

/** Changed in place while a block is made. */
export interface Assets {
  /** Delegates that the issuer has approved of the first asset, in hex. */
  readonly approvals: Set<string>;
  readonly assets: Map<number, Asset>;
  /** By asset and holder. */
  readonly entries: Map<string, Entry>;
  readonly holders: Map<string, Holder>;
  /** By asset: residues too small to stay, which burns took along. */
  readonly dust: Map<number, bigint>;
}

export const entryName = (asset: number, who: Uint8Array): string => `${asset}/${toHex(who)}`;

export const copyAssets = ({ approvals, assets, entries, holders, dust }: Readonly<Assets>): Assets => ({
  approvals: new Set(approvals),
  assets: new Map(assets),
  entries: new Map(entries),
  holders: new Map(holders),
  dust: new Map(dust),
});

export const firstAssets = (): Assets => ({
  approvals: new Set(),
  assets: new Map(
    currencies.map(({ assetId }) => [assetId, { supply: 0n, isFrozen: false, freezer: config.guardians.freezer }]),
  ),
  entries: new Map(),
  holders: new Map(),
  dust: new Map(),
});

const minimumOf = (asset: number): bigint => currencies.find(({ assetId }) => assetId === asset)?.minBalance ?? 0n;

const assetOf = ({ assets }: Assets, id: number): Asset => {
  const found = assets.get(id);
  if (found === undefined) throw new Error(`expected an asset ${id}`);
  return found;
};

const changeAsset = (assets: Assets, id: number, change: Partial<Asset>): true => {
  assets.assets.set(id, { ...assetOf(assets, id), ...change });
  return true;
};

/** False, and nothing changed, where the account can't have an entry. */
export const credit = (assets: Assets, asset: number, who: Uint8Array, amount: bigint): boolean => {
  const name = entryName(asset, who);
  const entry = assets.entries.get(name);
  if (entry !== undefined) {
    assets.entries.set(name, { ...entry, balance: entry.balance + amount });
    return true;
  }
  const holder = assets.holders.get(toHex(who));
  const hasSlot = holder !== undefined && holder.providers > 0 && holder.consumers <= config.parachain.maxConsumers;
  if (amount < minimumOf(asset) || !hasSlot) return false;
  assets.holders.set(toHex(who), { ...holder, consumers: holder.consumers + 1 });
  assets.entries.set(name, { balance: amount, isFrozen: false });
  return true;
};

/** Ends an entry and frees its holder's slot. */
const drop = (assets: Assets, asset: number, who: Uint8Array): void => {
  assets.entries.delete(entryName(asset, who));
  const holder = assets.holders.get(toHex(who));
  if (holder !== undefined) assets.holders.set(toHex(who), { ...holder, consumers: Math.max(0, holder.consumers - 1) });
};

/**
 * Takes an amount from an entry; what is too little to stay goes along, and is returned besides.
 */
const debit = (
  assets: Assets,
  asset: number,
  who: Uint8Array,
  { balance, isFrozen }: Entry,
  amount: bigint,
): bigint => {
  const left = balance - amount;
  if (left < minimumOf(asset)) {
    drop(assets, asset, who);
    return left;
  }
  assets.entries.set(entryName(asset, who), { balance: left, isFrozen });
  return 0n;
};

const burn = (assets: Assets, id: number, who: Uint8Array, amount: bigint): boolean => {
  const entry = assets.entries.get(entryName(id, who));
  if (entry === undefined || entry.isFrozen) return false;
  // The runtime burns less and says nothing: then more is owed than was burned.
  if (entry.balance < amount) throw new Violation(`a burn of ${amount} was clamped to ${entry.balance}`);
  const dust = debit(assets, id, who, entry, amount);
  assets.dust.set(id, (assets.dust.get(id) ?? 0n) + dust);
  return changeAsset(assets, id, { supply: assetOf(assets, id).supply - amount - dust });
};

const thaw = (assets: Assets, id: number, who: Uint8Array): boolean => {
  const entry = assets.entries.get(entryName(id, who));
  if (entry === undefined) return false;
  assets.entries.set(entryName(id, who), { ...entry, isFrozen: false });
  return true;
};

/** Executes one call of a batch by the issuer; false where it fails. */
export const executeCall = (assets: Assets, call: Call): boolean => {
  if (call.type === "remark") return true;
  if (!("asset" in call)) throw new Error(`expected no ${call.type} in a batch`);
  if (call.type === "thawAsset") return changeAsset(assets, call.asset, { isFrozen: false });
  if (assetOf(assets, call.asset).isFrozen) return false;
  switch (call.type) {
    case "cancelApproval":
      return assets.approvals.delete(toHex(call.delegate));
    case "approveTransfer":
      assets.approvals.add(toHex(call.delegate));
      return true;
    case "mint":
      if (!credit(assets, call.asset, call.beneficiary, call.amount)) return false;
      return changeAsset(assets, call.asset, { supply: assetOf(assets, call.asset).supply + call.amount });
    case "burn":
      return burn(assets, call.asset, call.who, call.amount);
    case "setTeam":
      return changeAsset(assets, call.asset, { freezer: call.freezer });
    case "thaw":
      return thaw(assets, call.asset, call.who);
    default:
      throw new Error(`expected no ${call.type} in a batch`);
  }
};

/** A holder sends up to `most` to another; false where nothing could be sent. */
export const transfer = (assets: Assets, asset: number, from: Uint8Array, to: Uint8Array, most: bigint): boolean => {
  const entry = assets.entries.get(entryName(asset, from));
  if (entry === undefined || entry.isFrozen || assetOf(assets, asset).isFrozen) return false;
  const wanted = most < entry.balance ? most : entry.balance;
  const amount = entry.balance - wanted < minimumOf(asset) ? entry.balance : wanted;
  if (amount === 0n || !credit(assets, asset, to, amount)) return false;
  debit(assets, asset, from, entry, amount);
  return true;
};
