/** Choosing at random, the same for the same seed. */
import { createRandom, type Random } from "../fuzz/random.js";

export { createRandom, type Random };

/** True once in so many times. */
export const onceIn = ({ below }: Random, times: number): boolean => below(times) === 0;

export const pick = <T>({ below }: Random, items: readonly T[]): T | undefined => items[below(items.length)];

/** One of the last `most`, the newest mostly. */
export const recent = <T>(random: Random, items: readonly T[], most = 6): T | undefined =>
  onceIn(random, 2) ? items.at(-1) : items.at(-1 - random.below(Math.min(most, items.length)));

/** At most so many, each one with even odds, in their order. */
export const some = <T>(random: Random, items: readonly T[], most: number): readonly T[] =>
  items.filter(() => onceIn(random, 2)).slice(0, most);

/** A choice among names by their weights. */
export const weighted = <N extends string>({ below }: Random, weights: Readonly<Record<N, number>>): N => {
  const names = Object.keys(weights) as N[];
  let left = below(names.reduce((sum, name) => sum + weights[name], 0));
  for (const name of names) {
    left -= weights[name];
    if (left < 0) return name;
  }
  throw new RangeError("expected weights above 0");
};
