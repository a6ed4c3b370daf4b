import type { Redis } from "ioredis";

/**
 * Deposits of batches that failed on chain, by how often. One failure is nobody's fault: fresh facts settle it otherwise.
 * From the second on, halving finds the culprit while the others go on.
 */
export interface Suspects {
  readonly blame: (numbers: readonly string[]) => Promise<void>;
  readonly forgive: (numbers: readonly string[]) => Promise<void>;
  /** Number → failed batches. */
  readonly all: () => Promise<ReadonlyMap<string, number>>;
}

export const keepSuspects = (redis: Redis, prefix: string): Suspects => {
  const key = `${prefix}:suspects`;
  return {
    blame: async (numbers) => {
      const transaction = redis.multi();
      for (const number of numbers) transaction.hincrby(key, number, 1);
      await transaction.exec();
    },
    forgive: async (numbers) => {
      if (numbers.length > 0) await redis.hdel(key, ...numbers);
    },
    all: async () => {
      const failures = await redis.hgetall(key);
      return new Map(Object.entries(failures).map(([number, count]) => [number, Number(count)]));
    },
  };
};

const SUSPECT_FROM = 2;

/**
 * Which payments to try together. With suspects around, they and the others take turns, so that neither holds the other
 * up; of the suspects the half that failed least often goes first.
 * @param turn any number that changes with each batch
 */
export const chooseTogether = <T extends { readonly number: bigint }>(
  payments: readonly T[],
  failures: ReadonlyMap<string, number>,
  turn: number,
): readonly T[] => {
  const count = ({ number }: T): number => failures.get(number.toString()) ?? 0;
  const suspects = payments.filter((payment) => count(payment) >= SUSPECT_FROM);
  const others = payments.filter((payment) => count(payment) < SUSPECT_FROM);
  if (suspects.length === 0 || (others.length > 0 && turn % 2 === 1)) return others;
  return [...suspects]
    .sort((a, b) => count(a) - count(b))
    .slice(0, Math.ceil(suspects.length / 2))
    .sort((a, b) => (a.number < b.number ? -1 : 1));
};
