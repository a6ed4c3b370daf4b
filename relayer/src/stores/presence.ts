import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";

/** Notices that Redis has lost all that it was given, by a key that nothing else takes away. */
export interface Presence {
  /**
   * Has everything given again the first time, and once after each loss; if that fails, the next
   * time too. What was read from Redis before a call that restores nothing is no remainder of a
   * loss.
   */
  readonly whenLost: (restore: () => Promise<void>) => Promise<void>;
}

const FORGOTTEN_AFTER_S = 86_400;

/** @param key of what is watched; the marker of this process stands next to it */
export const watchPresence = (redis: Redis, key: string): Presence => {
  const marker = `${key}:known-to:${randomUUID()}`;
  return {
    whenLost: async (restore) => {
      if ((await redis.set(marker, "", "EX", FORGOTTEN_AFTER_S, "XX")) !== null) return;
      // Before anything is given: a loss in the middle of it has to be noticed, too.
      await redis.set(marker, "", "EX", FORGOTTEN_AFTER_S);
      try {
        await restore();
      } catch (error) {
        await redis.del(marker);
        throw error;
      }
    },
  };
};
