import type { Redis } from "ioredis";
import { z } from "zod";

const state = z.object({
  /** `owed` before anything was signed; `aborted` and `expired` payments are made again. */
  state: z.enum(["owed", "signed", "aborted", "expired"]),
  /** How often it was signed. */
  attempts: z.int().min(0),
  /** Custody's, of the payment last signed; its hash, and when it expires, seconds since 1970. */
  sequenceNumber: z.string().optional(),
  hash: z.string().optional(),
  expires: z.int().optional(),
  /** For people. */
  waitingFor: z.string().optional(),
});

/** How far the payment of a release is; that it is paid, Diem itself tells. */
export type PayoutState = z.output<typeof state>;

export const OWED: PayoutState = { state: "owed", attempts: 0 };

/** States of unpaid releases by index, shared by the relayers of one Redis. Told to people; nothing rests on them. */
export interface PayoutStates {
  readonly get: (release: bigint) => Promise<PayoutState>;
  readonly set: (release: bigint, state: PayoutState) => Promise<void>;
  readonly forget: (releases: readonly bigint[]) => Promise<void>;
}

/** @param prefix of the key in Redis */
export const keepPayoutStates = (redis: Redis, prefix: string): PayoutStates => {
  const key = `${prefix}:payouts`;
  return {
    get: async (release) => {
      const text = await redis.hget(key, String(release));
      if (text === null) return OWED;
      const parsed = state.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : OWED;
    },
    set: async (release, value) => {
      await redis.hset(key, String(release), JSON.stringify(value));
    },
    forget: async (releases) => {
      if (releases.length > 0) await redis.hdel(key, ...releases.map(String));
    },
  };
};
