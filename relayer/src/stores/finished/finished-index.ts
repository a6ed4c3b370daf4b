/**
 * Transfers that have ended, in Redis: to be shown and found among many. It is no authority: what
 * is missing is made again from jobs and chains.
 */
import type { Redis } from "ioredis";
import { type FinishedTransfer, readFinished, termsOf, writeFinished } from "./finished-transfer.js";

/** How much of it is kept. */
export interface Retention {
  /** How many transfers. */
  readonly keep: number;
  /** How long after their end, ms. */
  readonly keepMs: number;
}

/** What a search has found, and its place among what has the same term. */
export interface FoundName {
  readonly name: string;
  readonly place: string;
}

/** The place before all others: above whatever a place begins with. */
export const FROM_NEWEST = "~";

/** Transfers have short names here: `d5` is deposit 5, `w5` the burn that came sixth. */
export interface FinishedIndex {
  /**
   * Keeps one, in place of what was kept of it. One that ended too long ago isn't kept.
   * @param now ms since 1970
   */
  readonly record: (name: string, one: FinishedTransfer, now?: number) => Promise<void>;
  /** Gives those that are kept, by one command. */
  readonly get: (names: readonly string[]) => Promise<ReadonlyMap<string, FinishedTransfer>>;
  /** Lists those of them that aren't kept, by one command. */
  readonly missing: (names: readonly string[]) => Promise<readonly string[]>;
  /**
   * Finds by one command, the newest batch first.
   * @param term of what is looked for
   * @param below a place, or `FROM_NEWEST`: what is right behind it comes first
   */
  readonly find: (term: string, below: string, count: number) => Promise<readonly FoundName[]>;
  readonly count: () => Promise<number>;
  /** Drops what is too old or too many, a bounded number at once; returns how many. */
  readonly trim: (now?: number) => Promise<number>;
}

/**
 * Replaces a transfer's record, its place and what it is found by at once. It does nothing where
 * another came first. `after` empty drops it.
 */
const SWAP = `
local name, before, after, score, dropped = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
if (redis.call("HGET", KEYS[1], name) or "") ~= before then return 0 end
for i = 6, 5 + dropped do redis.call("ZREM", KEYS[3], ARGV[i]) end
if after == "" then
  redis.call("HDEL", KEYS[1], name)
  redis.call("ZREM", KEYS[2], name)
  return 1
end
redis.call("HSET", KEYS[1], name, after)
redis.call("ZADD", KEYS[2], score, name)
for i = 6 + dropped, #ARGV do redis.call("ZADD", KEYS[3], 0, ARGV[i]) end
return 1`;

const MISSING = `
local missing = {}
for _, name in ipairs(ARGV) do
  if redis.call("HEXISTS", KEYS[1], name) == 0 then missing[#missing + 1] = name end
end
return missing`;

const TRIMMED_AT_ONCE = 1_000;
const BLOCK_DIGITS = 8;

/** Places under a term sort by block: the newest is the last. */
const placed = (one: FinishedTransfer, name: string): readonly string[] =>
  termsOf(one).map((term) => `${term}|${one.block.toString(16).padStart(BLOCK_DIGITS, "0")}|${name}`);

const placesIn = (line: string | undefined, name: string): readonly string[] => {
  const one = line === undefined ? undefined : readFinished(line);
  return one === undefined ? [] : placed(one, name);
};

/** @param prefix of the keys in Redis */
export const keepFinished = (redis: Redis, prefix: string, { keep, keepMs }: Retention): FinishedIndex => {
  const records = `${prefix}:finished:records`;
  const order = `${prefix}:finished:order`;
  const terms = `${prefix}:finished:terms`;

  const swap = async (name: string, before: string | undefined, after: FinishedTransfer | undefined, now: number) => {
    const line = after === undefined ? "" : writeFinished(after);
    if (line === undefined) return true;
    const next = after === undefined ? [] : placed(after, name);
    const dropped = placesIn(before, name).filter((place) => !next.includes(place));
    const score = after?.at.finalized ?? now;
    const args = [name, before ?? "", line, score, dropped.length, ...dropped, ...next];
    return (await redis.eval(SWAP, 3, records, order, terms, ...args)) === 1;
  };

  const linesOf = async (names: readonly string[]): Promise<readonly (string | null)[]> =>
    names.length === 0 ? [] : redis.hmget(records, ...names);

  const drop = async (names: readonly string[], now: number): Promise<void> => {
    const lines = await linesOf(names);
    await Promise.all(names.map((name, i) => swap(name, lines[i] ?? undefined, undefined, now)));
  };

  return {
    record: async (name, one, now = Date.now()) => {
      if ((one.at.finalized ?? now) < now - keepMs) return;
      for (;;) {
        const before = (await redis.hget(records, name)) ?? undefined;
        if (await swap(name, before, one, now)) return;
      }
    },
    get: async (names) => {
      const lines = await linesOf(names);
      return new Map(
        names.flatMap((name, i) => {
          const line = lines[i];
          const one = typeof line === "string" ? readFinished(line) : undefined;
          return one === undefined ? [] : [[name, one] as const];
        }),
      );
    },
    missing: async (names) => {
      if (names.length === 0) return [];
      return (await redis.eval(MISSING, 1, records, ...names)) as readonly string[];
    },
    find: async (term, below, count) => {
      const found = await redis.zrevrangebylex(terms, `(${term}|${below}`, `[${term}|`, "LIMIT", 0, count);
      const places = found.map((text) => text.slice(term.length + 1));
      return places.map((place) => ({ place, name: place.slice(BLOCK_DIGITS + 1) }));
    },
    count: () => redis.zcard(order),
    trim: async (now = Date.now()) => {
      const old = await redis.zrangebyscore(order, "-inf", `(${now - keepMs}`, "LIMIT", 0, TRIMMED_AT_ONCE);
      await drop(old, now);
      const excess = Math.min(TRIMMED_AT_ONCE, (await redis.zcard(order)) - keep);
      const many = excess <= 0 ? [] : await redis.zrange(order, 0, excess - 1);
      await drop(many, now);
      return old.length + many.length;
    },
  };
};
