import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { blockHash, blockOf } from "../../chains/parachain/substrate-node.js";
import type { SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { preimagesIn } from "./preimage-scan.js";
import type { WithdrawalAccounts } from "./withdrawal-accounts.js";

/**
 * Reads blocks for preimages: new ones as they come, and old ones back to genesis, some at a time.
 */
export interface PreimageWatch {
  /** @param from the block of the bridge's first batch; @param to the newest finalized block */
  readonly poll: (from: number, to: number) => Promise<void>;
}

export interface PreimageWatchOptions {
  readonly parachain: SubstrateRpc;
  readonly bridgeId: Uint8Array;
  readonly accounts: WithdrawalAccounts;
  readonly redis: Redis;
  readonly log: Logger;
  readonly prefix: string;
}

/** Blocks `from` to before `to` have been read. */
interface Scanned {
  readonly from: number;
  readonly to: number;
}

/** New blocks are read first; a poll has other things to do. */
const NEW_AT_ONCE = 100;
const OLD_AT_ONCE = 50;

const parse = (text: string | null): Scanned | undefined => {
  const [, from, to] = /^([0-9]{1,10})-([0-9]{1,10})$/.exec(text ?? "") ?? [];
  return from === undefined || to === undefined ? undefined : { from: Number(from), to: Number(to) };
};

export const watchPreimages = (options: PreimageWatchOptions): PreimageWatch => {
  const { parachain, bridgeId, accounts, redis, prefix, log } = options;
  const key = `${prefix}:preimages-scanned`;
  let scanned: Scanned | undefined;
  let isReadingOld = false;

  const read = (from: number, to: number): Promise<readonly WithdrawalPreimage[]> =>
    parachain.run(async (call) => {
      const found: WithdrawalPreimage[] = [];
      for (let height = from; height < to; height++) {
        const hash = await blockHash(call, height);
        const block = hash === undefined ? undefined : await blockOf(call, hash);
        // A node that has pruned a body leaves a gap: whoever is concerned can present the preimage
        // again.
        for (const extrinsic of block?.extrinsics ?? []) found.push(...preimagesIn(bridgeId, extrinsic));
      }
      return found;
    });

  /** @param ends where the blocks read begin, or end, from then on */
  const take = async (from: number, to: number, ends: Partial<Scanned>): Promise<void> => {
    await accounts.present(await read(from, to));
    if (scanned === undefined) return;
    scanned = { ...scanned, ...ends };
    await redis.set(key, `${scanned.from}-${scanned.to}`);
  };

  /** Nothing waits for old blocks: they are read while everything else goes on. */
  const readOld = async (first: number, { from }: Scanned): Promise<void> => {
    const back = Math.max(first, from - OLD_AT_ONCE);
    if (back >= from || isReadingOld) return;
    isReadingOld = true;
    try {
      await take(back, from, { from: back });
    } catch (error) {
      log.warn({ error: String(error), from: back, to: from }, "blocks not read for withdrawal accounts");
    } finally {
      isReadingOld = false;
    }
  };

  return {
    poll: async (first, newest) => {
      scanned ??= parse(await redis.get(key));
      const end = newest + 1;
      if (scanned === undefined || scanned.to > end || scanned.from < first) scanned = { from: end, to: end };
      const ahead = Math.min(end, scanned.to + NEW_AT_ONCE);
      if (scanned.to < ahead) await take(scanned.to, ahead, { to: ahead });
      void readOld(first, scanned);
    },
  };
};
