import { type WithdrawalPreimage, withdrawalAccount, withdrawalPreimage } from "@pdiem/bridge/withdrawal/addresses";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import { watchPresence } from "../../jobs/presence.js";

export interface WithdrawalAccount {
  /** 32 bytes. */
  readonly account: Uint8Array;
  readonly preimage: WithdrawalPreimage;
}

/**
 * Withdrawal accounts that are known of, shared by the relayers of one Redis. Forgetting one loses nothing: what is on it
 * stays there until somebody presents its preimage again.
 */
export interface WithdrawalAccounts {
  /** Makes them known, to the other relayers as well; returns them with their accounts. */
  readonly present: (preimages: readonly WithdrawalPreimage[]) => Promise<readonly WithdrawalAccount[]>;
  /** Takes in what other relayers were told, and tells Redis again what it has lost. */
  readonly share: () => Promise<void>;
  /** @param name hex of the account */
  readonly get: (name: string) => WithdrawalAccount | undefined;
  /** In the order in which they became known here. */
  readonly all: () => readonly WithdrawalAccount[];
}

const readPreimage = (text: string): WithdrawalPreimage | undefined => {
  try {
    return decode(withdrawalPreimage, fromHex(text));
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const nameOf = (preimage: WithdrawalPreimage): string => toHex(encode(withdrawalPreimage, preimage));

/** @param prefix of the key in Redis */
export const keepWithdrawalAccounts = (redis: Redis, prefix: string, bridgeId: Uint8Array): WithdrawalAccounts => {
  const key = `${prefix}:withdrawal-accounts`;
  const presence = watchPresence(redis, key);
  const known = new Map<string, WithdrawalAccount>();

  const learn = (preimage: WithdrawalPreimage): WithdrawalAccount => {
    const account = withdrawalAccount(bridgeId, preimage);
    const name = toHex(account);
    const one = known.get(name) ?? { account, preimage };
    known.set(name, one);
    return one;
  };

  const write = async (accounts: readonly WithdrawalAccount[]): Promise<void> => {
    if (accounts.length === 0) return;
    await redis.sadd(key, ...accounts.map(({ preimage }) => nameOf(preimage)));
  };

  return {
    present: async (preimages) => {
      const accounts = preimages.map(learn);
      await write(accounts);
      return accounts;
    },
    share: async () => {
      await presence.whenLost(() => write([...known.values()]));
      if ((await redis.scard(key)) === known.size) return;
      const stored = new Set(await redis.smembers(key));
      await write([...known.values()].filter(({ preimage }) => !stored.has(nameOf(preimage))));
      for (const text of stored) {
        const preimage = readPreimage(text);
        if (preimage === undefined) await redis.srem(key, text);
        else learn(preimage);
      }
    },
    get: (name) => known.get(name),
    all: () => [...known.values()],
  };
};
