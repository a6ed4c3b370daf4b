/**
 * Currencies whose accrued fees somebody asked to be minted to the fee account, until a batch has
 * done so.
 */
import type { Redis } from "ioredis";
import { keepLastingHash } from "./lasting-hash.js";

export interface FeeClaim {
  /** The currency's code. */
  readonly code: string;
  /** Why the last batch didn't take it, for people. */
  readonly waitingFor?: string;
}

/**
 * Shared by the relayers of one Redis. Losing them loses nothing: fees stay accrued until they are
 * claimed again.
 */
export interface FeeClaims {
  readonly add: (codes: readonly string[]) => Promise<void>;
  readonly all: () => Promise<readonly FeeClaim[]>;
  readonly explain: (code: string, waitingFor: string) => Promise<void>;
  readonly remove: (codes: readonly string[]) => Promise<void>;
}

/** @param prefix of the key in Redis */
export const keepFeeClaims = (redis: Redis, prefix: string): FeeClaims => {
  const claims = keepLastingHash(redis, `${prefix}:fee-claims`);
  return {
    add: async (codes) => {
      const before = await claims.all();
      for (const code of codes) if (!before.has(code)) await claims.set(code, "");
    },
    all: async () =>
      [...(await claims.all())].map(([code, waitingFor]) => (waitingFor === "" ? { code } : { code, waitingFor })),
    explain: claims.set,
    remove: claims.remove,
  };
};
