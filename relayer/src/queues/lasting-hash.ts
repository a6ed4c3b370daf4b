import type { Redis } from "ioredis";
import { watchPresence } from "./presence.js";

/** A hash in Redis, shared by its relayers, of which each gives back what Redis loses. */
export interface LastingHash {
  readonly all: () => Promise<ReadonlyMap<string, string>>;
  readonly set: (field: string, value: string) => Promise<void>;
  readonly remove: (fields: readonly string[]) => Promise<void>;
}

export const keepLastingHash = (redis: Redis, key: string): LastingHash => {
  const presence = watchPresence(redis, key);
  let known: ReadonlyMap<string, string> = new Map();

  return {
    all: async () => {
      let stored = new Map(Object.entries(await redis.hgetall(key)));
      await presence.whenLost(async () => {
        for (const [field, value] of known) if (!stored.has(field)) await redis.hsetnx(key, field, value);
        stored = new Map([...known, ...stored]);
      });
      known = stored;
      return known;
    },
    set: async (field, value) => {
      await redis.hset(key, field, value);
      known = new Map([...known, [field, value]]);
    },
    remove: async (fields) => {
      if (fields.length === 0) return;
      await redis.hdel(key, ...fields);
      known = new Map([...known].filter(([field]) => !fields.includes(field)));
    },
  };
};
