import type { Redis } from "ioredis";

/**
 * Items of batches that failed on chain, by how often. One failure is nobody's fault: fresh facts
 * settle it otherwise. From the second on, bisection finds the culprit while the others go on.
 */
export interface Bisection {
  /** Counts one more failure of each. @param names of the batch's items */
  readonly countFailure: (names: readonly string[]) => Promise<void>;
  /** Forgets the failures of items that went through, or ended. */
  readonly forget: (names: readonly string[]) => Promise<void>;
  /** Gives how many failed batches held each, by its name. */
  readonly failures: () => Promise<ReadonlyMap<string, number>>;
}

/** @param prefix of the key in Redis */
export const keepBisection = (redis: Redis, prefix: string): Bisection => {
  const key = `${prefix}:bisection`;
  return {
    countFailure: async (names) => {
      const transaction = redis.multi();
      for (const name of names) transaction.hincrby(key, name, 1);
      await transaction.exec();
    },
    forget: async (names) => {
      if (names.length > 0) await redis.hdel(key, ...names);
    },
    failures: async () => {
      const failures = await redis.hgetall(key);
      return new Map(Object.entries(failures).map(([name, count]) => [name, Number(count)]));
    },
  };
};

const FAILING_FROM = 2;

/** Names the items to try together. */
export interface Half {
  /** Tells whether the item belongs into the next batch. */
  readonly has: (name: string) => boolean;
  /** Tells whether it was in more than one failed batch. */
  readonly isFailing: (name: string) => boolean;
}

/**
 * Chooses which items to try together. With failing ones around, they and the others take turns, so
 * that neither holds the other up. Of the failing ones the half that failed least often goes first.
 * @param turn any number that changes with each batch
 */
export const chooseHalf = (names: readonly string[], failures: ReadonlyMap<string, number>, turn: number): Half => {
  const count = (name: string): number => failures.get(name) ?? 0;
  const isFailing = (name: string): boolean => count(name) >= FAILING_FROM;
  const failing = names.filter(isFailing);
  const hasOthers = failing.length < names.length;
  if (failing.length === 0 || (hasOthers && turn % 2 === 1)) return { has: (name) => !isFailing(name), isFailing };
  const first = [...failing].sort((a, b) => count(a) - count(b)).slice(0, Math.ceil(failing.length / 2));
  const chosen = new Set(first);
  return { has: (name) => chosen.has(name), isFailing };
};

/**
 * Lists items that may be tried now. Those that no batch has left out come first, then those left
 * out the longest ago. However many wait for something, nothing that could end is kept from its
 * turn.
 * @param blocked until when each that was left out stays so, ms
 */
export const leastRecentlyTried = <T extends { readonly name: string }>(
  items: readonly T[],
  blocked: ReadonlyMap<string, number>,
  now: number,
): readonly T[] => {
  const until = ({ name }: T): number => blocked.get(name) ?? 0;
  return items.filter((item) => until(item) <= now).sort((a, b) => until(a) - until(b));
};
