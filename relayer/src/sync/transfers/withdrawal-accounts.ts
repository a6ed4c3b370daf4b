import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import type { Redis } from "ioredis";
import { watchPresence } from "../../stores/presence.js";
import { formatPreimage, type PreimageFile, parsePreimage } from "./preimage-file.js";

/**
 * More than anybody watches on purpose. What isn't taken up from people or other relayers is still
 * found in blocks, next to its transfer.
 */
export const MOST_ACCOUNTS = 100_000;

export interface WithdrawalAccount {
  /** 32 bytes. */
  readonly account: Uint8Array;
  readonly preimage: WithdrawalPreimage;
}

/**
 * Withdrawal accounts that are known of, shared by the relayers of one Redis and kept on this one's
 * disk. Forgetting one loses nothing: what is on it stays there until somebody presents its
 * preimage again.
 */
export interface WithdrawalAccounts {
  /** Makes them known, to the other relayers as well; returns them with their accounts. */
  readonly present: (preimages: readonly WithdrawalPreimage[]) => Promise<readonly WithdrawalAccount[]>;
  /** Takes in what other relayers were told, and tells Redis again what it has lost. */
  readonly share: () => Promise<void>;
  /** @param name hex of the account */
  readonly get: (name: string) => WithdrawalAccount | undefined;
  /** Lists them in the order in which they became known here. */
  readonly all: () => readonly WithdrawalAccount[];
}

export interface WithdrawalAccountsOptions {
  readonly redis: Redis;
  /** Prefix of the key in Redis. */
  readonly prefix: string;
  readonly bridgeId: Uint8Array;
  readonly file: PreimageFile;
}

export const keepWithdrawalAccounts = ({
  redis,
  prefix,
  bridgeId,
  file,
}: WithdrawalAccountsOptions): WithdrawalAccounts => {
  const key = `${prefix}:withdrawal-accounts`;
  const presence = watchPresence(redis, key);
  const known = new Map<string, WithdrawalAccount>();
  let loading: Promise<void> | undefined;

  const learn = (preimage: WithdrawalPreimage): WithdrawalAccount => {
    const account = withdrawalAccount(bridgeId, preimage);
    const name = toHex(account);
    const one = known.get(name) ?? { account, preimage };
    known.set(name, one);
    return one;
  };

  const load = (): Promise<void> => {
    loading ??= file.load().then(
      (preimages) => preimages.forEach(learn),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };

  /** Learns those that are new here, once they are on the disk. */
  const learnAll = async (preimages: readonly WithdrawalPreimage[]): Promise<readonly WithdrawalAccount[]> => {
    await load();
    const fresh = preimages.filter((one) => !known.has(toHex(withdrawalAccount(bridgeId, one))));
    if (fresh.length > 0) await file.append(fresh);
    return preimages.map(learn);
  };

  const write = async (accounts: readonly WithdrawalAccount[]): Promise<void> => {
    if (accounts.length === 0) return;
    await redis.sadd(key, ...accounts.map(({ preimage }) => formatPreimage(preimage)));
  };

  const takeIn = async (stored: ReadonlySet<string>): Promise<void> => {
    const told: WithdrawalPreimage[] = [];
    for (const text of stored) {
      const preimage = parsePreimage(text);
      if (preimage === undefined) await redis.srem(key, text);
      else told.push(preimage);
    }
    await learnAll(told);
  };

  return {
    present: async (preimages) => {
      const accounts = await learnAll(preimages);
      await write(accounts);
      return accounts;
    },
    share: async () => {
      await load();
      await presence.whenLost(() => write([...known.values()]));
      if ((await redis.scard(key)) === known.size) return;
      const stored = new Set(await redis.smembers(key));
      await write([...known.values()].filter(({ preimage }) => !stored.has(formatPreimage(preimage))));
      await takeIn(stored);
    },
    get: (name) => known.get(name),
    all: () => [...known.values()],
  };
};
