/** Whether a mint to an account succeeds, as measured on real runtimes of pallet-assets. */
import { toHex } from "@pdiem/light-client/bytes";
import type { ChainProfile } from "@pdiem/light-client/polkadot/chain-profile";
import type { ParachainFacts } from "./facts.js";
import { accountInfoOf, assetAccountOf, liveAssetOf } from "./parachain-state.js";

/** Keeps count of what the mints of one batch do to their receivers. */
export interface Receivers {
  /** Whether a mint of `amount` to `who`, after those received so far, succeeds. */
  readonly canReceive: (asset: number, who: Uint8Array, amount: bigint) => boolean;
  /** Counts a mint that is part of the batch. */
  readonly receive: (asset: number, who: Uint8Array) => void;
}

/** A mint that makes an entry of a non-sufficient asset takes one of its holder's consumer slots. */
export const createReceivers = (facts: ParachainFacts, { maxConsumers }: ChainProfile): Receivers => {
  const made = new Set<string>();
  const consumersAdded = new Map<string, number>();
  const entryName = (asset: number, who: Uint8Array): string => `${asset}/${toHex(who)}`;

  const hasSlot = (who: Uint8Array): boolean => {
    const info = accountInfoOf(facts, who);
    if (info === undefined || info.providers === 0) return false;
    return info.consumers + (consumersAdded.get(toHex(who)) ?? 0) <= maxConsumers;
  };

  return {
    canReceive: (asset, who, amount) => {
      const details = liveAssetOf(facts, asset);
      if (made.has(entryName(asset, who))) return true;
      const entry = assetAccountOf(facts, asset, who);
      if (entry !== undefined) return entry.status !== "blocked";
      return amount >= details.minBalance && (details.isSufficient || hasSlot(who));
    },
    receive: (asset, who) => {
      if (made.has(entryName(asset, who)) || assetAccountOf(facts, asset, who) !== undefined) return;
      made.add(entryName(asset, who));
      if (!liveAssetOf(facts, asset).isSufficient)
        consumersAdded.set(toHex(who), (consumersAdded.get(toHex(who)) ?? 0) + 1);
    },
  };
};
