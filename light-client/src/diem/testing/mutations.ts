import { compare, equal } from "../../bytes.js";
import { outcome } from "../../testing/outcome.js";

/**
 * Copies of the bytes, each with one of them changed. Every byte is changed by its highest bit,
 * another one, and as a whole.
 */
export function* flips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++)
    for (const mask of [0x80, 1 << (at % 7), 0xff]) {
      const copy = bytes.slice();
      copy[at] = (copy[at] ?? 0) ^ mask;
      yield copy;
    }
}

const sameItems = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((item, i) => equal(item, b[i] ?? new Uint8Array()));

/**
 * Lists other sequences: an item added at either end or in between, dropped, repeated, or swapped
 * with any other.
 */
export const sequenceMutations = (
  items: readonly Uint8Array[],
  foreign: Uint8Array,
): readonly (readonly Uint8Array[])[] => {
  const positions = items.map((_, i) => i);
  const pairs = positions.flatMap((i) => positions.filter((j) => j > i).map((j) => [i, j] as const));
  const added = [...positions, items.length].map((i) => items.toSpliced(i, 0, foreign));
  const dropped = positions.map((i) => items.toSpliced(i, 1));
  const repeated = items.map((item, i) => items.toSpliced(i, 0, item));
  const swapped = pairs.map(([i, j]) => items.map((item, at) => (at === i ? items[j] : at === j ? items[i] : item)));
  return [...added, ...dropped, ...repeated, ...swapped]
    .map((sequence) => sequence.filter((item) => item !== undefined))
    .filter((sequence) => !sameItems(sequence, items));
};

/** Lists the inputs that `run` doesn't reject with a typed error: none, if all is well. */
export const accepted = <T>(inputs: Iterable<T>, run: (input: T) => unknown): readonly T[] =>
  [...inputs].filter((input) => outcome(() => run(input)) === "accepted");

/** Orders validators and other maps by address. */
export const byAddress = (a: { readonly address: Uint8Array }, b: { readonly address: Uint8Array }): number =>
  compare(a.address, b.address);
