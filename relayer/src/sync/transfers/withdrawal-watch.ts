import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { VerifiedParaHeader } from "@pdiem/light-client/polkadot/trie/para-head";
import { assetAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAssetAccount } from "@pdiem/light-client/polkadot/trie/storage-value";
import { proveStorage } from "../../chains/parachain/proven-state.js";
import type { SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import type { WithdrawalAccount, WithdrawalAccounts } from "./withdrawal-accounts.js";

/** Wrapped asset on a withdrawal account, proven at a finalized block. */
export interface Holding extends WithdrawalAccount {
  /** Diem's code of what the asset wraps. */
  readonly currency: string;
  /** In smallest units, above 0. */
  readonly balance: bigint;
}

export interface WithdrawalWatch {
  /**
   * Proves at a block what those accounts hold that may have changed, and some of the others in
   * turn.
   */
  readonly poll: (head: VerifiedParaHeader) => Promise<void>;
  /** Proves at a block what some accounts hold, before their turn. */
  readonly look: (head: VerifiedParaHeader, some: readonly WithdrawalAccount[]) => Promise<void>;
  /** Lists what was last seen on each account, in the order in which it was first seen. */
  readonly holdings: () => readonly Holding[];
}

/** Accounts proven at each block beside those that hold something and those just made known. */
const IN_TURN = 128;

export interface WithdrawalWatchOptions {
  readonly config: BridgeConfig;
  readonly parachain: SubstrateRpc;
  readonly accounts: WithdrawalAccounts;
}

export const watchWithdrawals = ({ config, parachain, accounts }: WithdrawalWatchOptions): WithdrawalWatch => {
  const {
    currencies,
    parachain: { assetsPallet },
  } = config;
  const held = new Map<string, readonly Holding[]>();
  let polledAt: Uint8Array | undefined;
  let polled = 0;
  let turn = 0;

  const due = (isNewBlock: boolean): readonly WithdrawalAccount[] => {
    const all = accounts.all();
    const fresh = all.slice(polled);
    polled = all.length;
    if (!isNewBlock) return fresh;
    const known = all.slice(0, all.length - fresh.length);
    if (turn >= known.length) turn = 0;
    const others = known.slice(turn, turn + IN_TURN);
    turn += IN_TURN;
    const holding = known.filter(({ account }) => held.has(toHex(account)));
    return [...new Set([...fresh, ...holding, ...others])];
  };

  const prove = async (head: VerifiedParaHeader, some: readonly WithdrawalAccount[]): Promise<void> => {
    const keys = some.flatMap(({ account }) =>
      currencies.map(({ assetId }) => assetAccount(assetsPallet, assetId, account)),
    );
    const { lookup } = await proveStorage(parachain, head, keys);
    for (const one of some) {
      const holdings = currencies.flatMap(({ assetId, code }): readonly Holding[] => {
        const value = lookup(assetAccount(assetsPallet, assetId, one.account));
        const balance = value === undefined ? 0n : readAssetAccount(value).balance;
        return balance > 0n ? [{ ...one, currency: code, balance }] : [];
      });
      if (holdings.length === 0) held.delete(toHex(one.account));
      else held.set(toHex(one.account), holdings);
    }
  };

  return {
    poll: async (head) => {
      const some = due(polledAt === undefined || !equal(polledAt, head.hash));
      if (some.length > 0) await prove(head, some);
      polledAt = head.hash;
    },
    look: async (head, some) => {
      if (some.length > 0) await prove(head, some);
    },
    holdings: () => [...held.values()].flat(),
  };
};
