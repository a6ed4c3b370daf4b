import type { Redis } from "ioredis";

/**
 * Items of batches that failed on chain, by how often. One failure is nobody's fault: fresh facts
 * settle it otherwise. From the second on, bisection finds the culprit while the others go on.
 */
export interface Bisection {
  /** Counts one more failure of each. @param names of the batch's items */
  readonly blame: (names: readonly string[]) => Promise<void>;
  readonly forgive: (names: readonly string[]) => Promise<void>;
  /** Gives how many failed batches held each, by its name. */
  readonly failures: () => Promise<ReadonlyMap<string, number>>;
}

/** @param prefix of the key in Redis */
export const keepBisection = (redis: Redis, prefix: string): Bisection => {
  const key = `${prefix}:bisection`;
  return {
    blame: async (names) => {
      const transaction = redis.multi();
      for (const name of names) transaction.hincrby(key, name, 1);
      await transaction.exec();
    },
    forgive: async (names) => {
      if (names.length > 0) await redis.hdel(key, ...names);
    },
    failures: async () => {
      const failures = await redis.hgetall(key);
      return new Map(Object.entries(failures).map(([name, count]) => [name, Number(count)]));
    },
  };
};

const SUSPECT_FROM = 2;

/** Names the items to try together. */
export interface Half {
  /** Tells whether the item belongs into the next batch. */
  readonly has: (name: string) => boolean;
  readonly isSuspect: (name: string) => boolean;
}

/**
 * Chooses which items to try together. With suspects around, they and the others take turns, so
 * that neither holds the other up; of the suspects the half that failed least often goes first.
 * @param turn any number that changes with each batch
 */
export const chooseHalf = (names: readonly string[], failures: ReadonlyMap<string, number>, turn: number): Half => {
  const count = (name: string): number => failures.get(name) ?? 0;
  const isSuspect = (name: string): boolean => count(name) >= SUSPECT_FROM;
  const suspects = names.filter(isSuspect);
  const hasOthers = suspects.length < names.length;
  if (suspects.length === 0 || (hasOthers && turn % 2 === 1)) return { has: (name) => !isSuspect(name), isSuspect };
  const first = [...suspects].sort((a, b) => count(a) - count(b)).slice(0, Math.ceil(suspects.length / 2));
  const chosen = new Set(first);
  return { has: (name) => chosen.has(name), isSuspect };
};

/**
 * Lists items that may be tried now: those that no batch has left out first, then those left out
 * the longest ago. However many wait for something, nothing that could end is kept from its turn.
 * @param blocked until when each that was left out stays so, ms
 */
export const inTurn = <T extends { readonly name: string }>(
  items: readonly T[],
  blocked: ReadonlyMap<string, number>,
  now: number,
): readonly T[] => {
  const until = ({ name }: T): number => blocked.get(name) ?? 0;
  return items.filter((item) => until(item) <= now).sort((a, b) => until(a) - until(b));
};
