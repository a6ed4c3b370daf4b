import type { Redis } from "ioredis";

/**
 * Items of batches that failed on chain, by how often. One failure is nobody's fault: fresh facts settle it otherwise.
 * From the second on, halving finds the culprit while the others go on.
 */
export interface Suspects {
  /** @param names deposits by number, withdrawals by the transfer's id */
  readonly blame: (names: readonly string[]) => Promise<void>;
  readonly forgive: (names: readonly string[]) => Promise<void>;
  /** Name → failed batches. */
  readonly all: () => Promise<ReadonlyMap<string, number>>;
}

export const keepSuspects = (redis: Redis, prefix: string): Suspects => {
  const key = `${prefix}:suspects`;
  return {
    blame: async (names) => {
      const transaction = redis.multi();
      for (const name of names) transaction.hincrby(key, name, 1);
      await transaction.exec();
    },
    forgive: async (names) => {
      if (names.length > 0) await redis.hdel(key, ...names);
    },
    all: async () => {
      const failures = await redis.hgetall(key);
      return new Map(Object.entries(failures).map(([name, count]) => [name, Number(count)]));
    },
  };
};

const SUSPECT_FROM = 2;

/**
 * Which items to try together, in their order. With suspects around, they and the others take turns, so that neither holds the other
 * up; of the suspects the half that failed least often goes first.
 * @param turn any number that changes with each batch
 */
export const chooseTogether = <T extends { readonly name: string }>(
  items: readonly T[],
  failures: ReadonlyMap<string, number>,
  turn: number,
): readonly T[] => {
  const count = ({ name }: T): number => failures.get(name) ?? 0;
  const suspects = items.filter((item) => count(item) >= SUSPECT_FROM);
  const others = items.filter((item) => count(item) < SUSPECT_FROM);
  if (suspects.length === 0 || (others.length > 0 && turn % 2 === 1)) return others;
  const first = [...suspects].sort((a, b) => count(a) - count(b)).slice(0, Math.ceil(suspects.length / 2));
  return suspects.filter((item) => first.includes(item));
};
