/**
 * Wrapped assets on the parachain as batches and users change them: pallet-assets' measured
 * behaviour.
 */
import { toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import { exampleConfig } from "./config.js";

const { maxConsumers } = exampleConfig.parachain.profile;

export interface Holder {
  providers: number;
  consumers: number;
}

export interface Assets {
  readonly approvals: Set<string>;
  readonly holders: Map<string, Holder>;
  /** By asset and holder. */
  readonly entries: Map<string, bigint>;
  readonly supply: Map<number, bigint>;
  /** By asset: residues too small to stay, that burns took along. */
  readonly dust: Map<number, bigint>;
  frozen: boolean;
}

export const createAssets = (): Assets => ({
  approvals: new Set(),
  holders: new Map(),
  entries: new Map(),
  supply: new Map(),
  dust: new Map(),
  frozen: false,
});

export const entryName = (asset: number, who: Uint8Array): string => `${asset}/${toHex(who)}`;

export const heldBy = ({ entries }: Assets, asset: number, who: Uint8Array): bigint =>
  entries.get(entryName(asset, who)) ?? 0n;

const minimumOf = (asset: number): bigint =>
  exampleConfig.currencies.find(({ assetId }) => assetId === asset)?.minBalance ?? 0n;

const add = (amounts: Map<number, bigint>, asset: number, amount: bigint): void => {
  amounts.set(asset, (amounts.get(asset) ?? 0n) + amount);
};

/** False, and nothing changed, where the account can't have an entry. */
const credit = (assets: Assets, asset: number, who: Uint8Array, amount: bigint): boolean => {
  const name = entryName(asset, who);
  const balance = assets.entries.get(name);
  if (balance === undefined) {
    const holder = assets.holders.get(toHex(who));
    if (amount < minimumOf(asset) || holder === undefined || holder.providers === 0 || holder.consumers > maxConsumers)
      return false;
    holder.consumers += 1;
  }
  assets.entries.set(name, (balance ?? 0n) + amount);
  return true;
};

/** Ends the entry and frees its holder's slot. */
const drop = (assets: Assets, asset: number, who: Uint8Array): void => {
  assets.entries.delete(entryName(asset, who));
  const holder = assets.holders.get(toHex(who));
  if (holder !== undefined) holder.consumers = Math.max(0, holder.consumers - 1);
};

/** All that is left where that is too little to stay. */
const debited = (asset: number, balance: bigint, amount: bigint): bigint =>
  balance - amount < minimumOf(asset) ? balance : amount;

const burn = (assets: Assets, asset: number, who: Uint8Array, amount: bigint): boolean => {
  const balance = assets.entries.get(entryName(asset, who));
  if (balance === undefined) return false;
  // The runtime would burn less and say nothing: then more would be owed than was burned.
  if (balance < amount) throw new Error(`expected ${toHex(who)} to hold ${amount}, it holds ${balance}`);
  const gone = debited(asset, balance, amount);
  add(assets.supply, asset, -gone);
  add(assets.dust, asset, gone - amount);
  if (gone === balance) drop(assets, asset, who);
  else assets.entries.set(entryName(asset, who), balance - gone);
  return true;
};

/** Executes one call of a batch; false where it fails. */
export const execute = (assets: Assets, call: Call): boolean => {
  switch (call.type) {
    case "cancelApproval":
      return assets.approvals.delete(toHex(call.delegate));
    case "approveTransfer":
      if (assets.frozen) return false;
      assets.approvals.add(toHex(call.delegate));
      return true;
    case "mint":
      if (!credit(assets, call.asset, call.beneficiary, call.amount)) return false;
      add(assets.supply, call.asset, call.amount);
      return true;
    case "burn":
      return burn(assets, call.asset, call.who, call.amount);
    case "thawAsset":
      assets.frozen = false;
      return true;
    case "remark":
      return true;
    default:
      throw new Error(`expected no ${call.type} in a batch`);
  }
};

/** Moves up to the amount from one user to another; a residue too small to stay goes along. */
export const transfer = (assets: Assets, asset: number, from: Uint8Array, to: Uint8Array, most: bigint): void => {
  const balance = heldBy(assets, asset, from);
  const amount = debited(asset, balance, most < balance ? most : balance);
  if (amount === 0n || !credit(assets, asset, to, amount)) return;
  if (amount === balance) drop(assets, asset, from);
  else assets.entries.set(entryName(asset, from), balance - amount);
};

export const copyOf = (assets: Assets): Assets => ({
  approvals: new Set(assets.approvals),
  holders: new Map([...assets.holders].map(([who, holder]) => [who, { ...holder }])),
  entries: new Map(assets.entries),
  supply: new Map(assets.supply),
  dust: new Map(assets.dust),
  frozen: assets.frozen,
});

export const restore = (assets: Assets, saved: Assets): void => {
  assets.frozen = saved.frozen;
  assets.approvals.clear();
  for (const anchor of saved.approvals) assets.approvals.add(anchor);
  for (const name of ["holders", "entries", "supply", "dust"] as const) {
    const target: Map<unknown, unknown> = assets[name];
    target.clear();
    for (const [key, value] of saved[name]) target.set(key, value);
  }
};
