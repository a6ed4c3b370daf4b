/**
 * Whether a mint to an account succeeds, as measured on real runtimes of pallet-assets
 * (PROTOCOL 3, 'Able to receive').
 */
import { concat, equal, toHex } from "@pdiem/light-client/bytes";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import type { AssetAccount } from "@pdiem/light-client/polkadot/trie/storage-value";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "../facts/facts.js";
import { accountInfoOf, assetAccountOf, liveAssetOf } from "../facts/parachain-state.js";

/** Keeps count of what one batch does to accounts. `asset` is an id, `who` 32 bytes. */
export interface Receivers {
  /**
   * Tells whether a mint of `amount`, after those counted so far, succeeds and can be spent.
   * @throws RefusedError `refused/asset-frozen`
   */
  readonly canReceive: (asset: number, who: Uint8Array, amount: bigint) => boolean;
  /** Counts a mint that is part of the batch. */
  readonly receive: (asset: number, who: Uint8Array) => void;
  /** Tells whether the batch mints to the account: nothing may be burned from it then. */
  readonly isReceiving: (asset: number, who: Uint8Array) => boolean;
  /**
   * Counts a burn: the batch can't mint to the account any more, nor burn from it again.
   * @throws RefusedError `refused/asset-frozen`; `refused/burned-and-minted` where the batch mints
   * to it, `refused/duplicate` where it burns from it already
   */
  readonly burnFrom: (asset: number, who: Uint8Array) => void;
}

/**
 * Lists accounts whose key nobody has, or the bridge alone. They are the zero account, the issuer,
 * and custody's Diem address and authentication key taken for an account's.
 */
export const unspendableAccounts = ({ diem: { custody } }: BridgeConfig, issuer: Uint8Array): readonly Uint8Array[] => [
  new Uint8Array(32),
  issuer,
  ed25519AuthenticationKey(issuer),
  concat(custody, new Uint8Array(16)),
  concat(new Uint8Array(16), custody),
];

const remembered = <K, V>(find: (key: K) => V): ((key: K) => V) => {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
};

/**
 * Starts counting for one batch. A mint that makes an entry of a non-sufficient asset takes a
 * consumer slot.
 */
export const createReceivers = (config: BridgeConfig, facts: ParachainFacts, issuer: Uint8Array): Receivers => {
  const { maxConsumers } = config.parachain;
  const unspendable = unspendableAccounts(config, issuer);
  const detailsOf = remembered((asset: number) => liveAssetOf(config, facts, asset));
  const receiving = new Set<string>();
  const burned = new Set<string>();
  const consumersAdded = new Map<string, number>();
  const entryName = (asset: number, who: Uint8Array): string => `${asset}/${toHex(who)}`;

  const entries = new Map<string, AssetAccount | undefined>();
  // An account is asked for twice: whether it can receive, and when it does.
  const entryOf = (name: string, asset: number, who: Uint8Array): AssetAccount | undefined => {
    if (!entries.has(name)) entries.set(name, assetAccountOf(config, facts, asset, who));
    return entries.get(name);
  };

  const hasSlot = (who: Uint8Array): boolean => {
    const info = accountInfoOf(facts, who);
    if (info === undefined || info.providers === 0) return false;
    return info.consumers + (consumersAdded.get(toHex(who)) ?? 0) <= maxConsumers;
  };

  return {
    canReceive: (asset, who, amount) => {
      const details = detailsOf(asset);
      if (unspendable.some((one) => equal(who, one))) return false;
      const name = entryName(asset, who);
      if (burned.has(name)) return false;
      if (receiving.has(name)) return true;
      const entry = entryOf(name, asset, who);
      if (entry !== undefined) return entry.status !== "blocked";
      return amount >= details.minBalance && (details.isSufficient || hasSlot(who));
    },
    receive: (asset, who) => {
      const name = entryName(asset, who);
      if (receiving.has(name)) return;
      receiving.add(name);
      if (detailsOf(asset).isSufficient || entryOf(name, asset, who) !== undefined) return;
      const holder = toHex(who);
      consumersAdded.set(holder, (consumersAdded.get(holder) ?? 0) + 1);
    },
    isReceiving: (asset, who) => receiving.has(entryName(asset, who)),
    burnFrom: (asset, who) => {
      detailsOf(asset);
      const name = entryName(asset, who);
      if (receiving.has(name))
        throw new RefusedError(
          "refused/burned-and-minted",
          `expected no mint to 0x${toHex(who)}, which is burned from: put either off`,
          "later",
        );
      if (burned.has(name))
        throw new RefusedError("refused/duplicate", `expected one burn from 0x${toHex(who)}, got another`);
      burned.add(name);
    },
  };
};
