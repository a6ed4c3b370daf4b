import type { Redis } from "ioredis";
import { watchPresence } from "./presence.js";

/** A hash in Redis, shared by its relayers, of which each gives back what Redis loses. */
export interface LastingHash {
  readonly all: () => Promise<ReadonlyMap<string, string>>;
  readonly set: (field: string, value: string) => Promise<void>;
  /**
   * Sets a field to what `change` makes of its value: none of several changes at once is lost. It
   * is called again where another one came first. Undefined leaves the field as it is, and what it
   * throws leaves it, too.
   */
  readonly update: (field: string, change: (value: string | undefined) => string | undefined) => Promise<void>;
  readonly remove: (fields: readonly string[]) => Promise<void>;
}

/**
 * Sets a field. It stays where it has another value by now than the third argument, or any where
 * there is no third.
 */
const SWAP = `
if redis.call("HGET", KEYS[1], ARGV[1]) ~= (ARGV[3] or false) then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return 1`;

export const keepLastingHash = (redis: Redis, key: string): LastingHash => {
  const presence = watchPresence(redis, key);
  let known: ReadonlyMap<string, string> = new Map();
  let last: Promise<unknown> = Promise.resolve();

  /**
   * Whoever read the hash while another gives it back would take what is left of it for all there
   * was.
   */
  const afterLast = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };

  const all: LastingHash["all"] = () =>
    afterLast(async () => {
      let stored = new Map(Object.entries(await redis.hgetall(key)));
      await presence.whenLost(async () => {
        // What was just read may be gone by now: the loss may have come in between.
        const left = new Map(Object.entries(await redis.hgetall(key)));
        const given = new Map([...known, ...(left.size === 0 ? stored : left)]);
        for (const [field, value] of given) if (!left.has(field)) await redis.hsetnx(key, field, value);
        stored = given;
      });
      known = stored;
      return stored;
    });

  const note = (field: string, value: string): void => {
    known = new Map([...known, [field, value]]);
  };

  return {
    all,
    set: (field, value) =>
      afterLast(async () => {
        await redis.hset(key, field, value);
        note(field, value);
      }),
    update: async (field, change) => {
      for (;;) {
        const before = (await all()).get(field);
        const after = change(before);
        if (after === undefined) return;
        const swapped = await redis.eval(SWAP, 1, key, field, after, ...(before === undefined ? [] : [before]));
        if (swapped === 1) {
          note(field, after);
          return;
        }
      }
    },
    remove: async (fields) => {
      if (fields.length === 0) return;
      await afterLast(async () => {
        await redis.hdel(key, ...fields);
        known = new Map([...known].filter(([field]) => !fields.includes(field)));
      });
    },
  };
};
