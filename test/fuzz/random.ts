/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to `limit` - 1; 0 where the limit is 0. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(items: readonly [T, ...(readonly T[])]) => T;
  readonly bytes: (length: number) => Uint8Array;
}

/** Mulberry32: 32 bits of state, enough to choose with. */
const createNext = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
};

/**
 * @param seed any whole number
 * @param index of a case: each has numbers of its own, so that one can be run alone
 */
export const createRandom = (seed: number, index: number): Random => {
  const next = createNext(createNext(seed)() ^ Math.imul(index + 1, 0x9e3779b1));
  const below = (limit: number): number => (limit <= 1 ? 0 : next() % limit);
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  };
};
