/** Whether a mint to an account succeeds, as measured on real runtimes of pallet-assets. */
import { toHex } from "@pdiem/light-client/bytes";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { ParachainFacts } from "../facts/facts.js";
import { accountInfoOf, assetAccountOf, liveAssetOf } from "../facts/parachain-state.js";

/** Keeps count of what the mints of one batch do to their receivers. */
export interface Receivers {
  /** Whether a mint of `amount` to `who`, after those received so far, succeeds. */
  readonly canReceive: (asset: number, who: Uint8Array, amount: bigint) => boolean;
  /** Counts a mint that is part of the batch. */
  readonly receive: (asset: number, who: Uint8Array) => void;
  /** Counts a burn that may end an entry: a later mint would make it again. */
  readonly vacate: (asset: number, who: Uint8Array) => void;
}

const remembered = <K, V>(find: (key: K) => V): ((key: K) => V) => {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find(key);
    known.set(key, found);
    return found;
  };
};

/** A mint that makes an entry of a non-sufficient asset takes one of its holder's consumer slots. */
export const createReceivers = (facts: ParachainFacts, { maxConsumers }: ChainProfile): Receivers => {
  const detailsOf = remembered((asset: number) => liveAssetOf(facts, asset));
  /** Entries that are there or that the batch has made, and not blocked. */
  const open = new Set<string>();
  const vacated = new Set<string>();
  const consumersAdded = new Map<string, number>();
  const entryName = (asset: number, who: string): string => `${asset}/${who}`;

  const hasSlot = (who: Uint8Array): boolean => {
    const info = accountInfoOf(facts, who);
    if (info === undefined || info.providers === 0) return false;
    return info.consumers + (consumersAdded.get(toHex(who)) ?? 0) <= maxConsumers;
  };

  return {
    canReceive: (asset, who, amount) => {
      const details = detailsOf(asset);
      const name = entryName(asset, toHex(who));
      if (open.has(name)) return true;
      const entry = vacated.has(name) ? undefined : assetAccountOf(facts, asset, who);
      if (entry === undefined) return amount >= details.minBalance && (details.isSufficient || hasSlot(who));
      if (entry.status === "blocked") return false;
      open.add(name);
      return true;
    },
    receive: (asset, who) => {
      const holder = toHex(who);
      const name = entryName(asset, holder);
      if (open.has(name)) return;
      open.add(name);
      const isNew = vacated.has(name) || assetAccountOf(facts, asset, who) === undefined;
      if (isNew && !detailsOf(asset).isSufficient) consumersAdded.set(holder, (consumersAdded.get(holder) ?? 0) + 1);
    },
    vacate: (asset, who) => {
      const name = entryName(asset, toHex(who));
      open.delete(name);
      vacated.add(name);
    },
  };
};
