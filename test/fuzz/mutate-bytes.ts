import { concat } from "@pdiem/light-client/bytes";
import type { Random } from "./random.js";

/** Changes bytes in one way. May give back what it got. */
export type MutateBytes = (random: Random, bytes: Uint8Array) => Uint8Array;

const INTERESTING = [
  0, 1, 0x7f, 0x80, 0x81, 0x82, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
] as const;

const written = (bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array => {
  const changed = new Uint8Array(bytes);
  changed.set(part.subarray(0, Math.max(0, bytes.length - at)), at);
  return changed;
};

const number = (random: Random, size: 1 | 2 | 4): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, random.pick(INTERESTING) + random.below(3) - 1, random.below(2) === 0);
  return size === 4 ? bytes : bytes.slice(random.below(5 - size)).subarray(0, size);
};

const flip: MutateBytes = (random, bytes) => {
  const changed = new Uint8Array(bytes);
  for (let left = random.pick([1, 1, 1, 2, 5, 40]); left > 0; left--) {
    const at = random.below(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  }
  return changed;
};
const overwrite: MutateBytes = (random, bytes) =>
  written(bytes, random.below(bytes.length), random.bytes(random.pick([1, 2, 4, 32, 48, 64, 200])));
const clear: MutateBytes = (random, bytes) => {
  const length = random.pick([1, 4, 16, 32, 64, 200]);
  return written(bytes, random.below(bytes.length), new Uint8Array(length).fill(random.pick([0, 0, 0xff])));
};
const lengthField: MutateBytes = (random, bytes) =>
  written(bytes, random.below(bytes.length), number(random, random.pick([1, 2, 4])));
const truncate: MutateBytes = (random, bytes) => bytes.slice(0, random.below(bytes.length));
const behead: MutateBytes = (random, bytes) => bytes.slice(random.below(Math.min(bytes.length, 100)));
const insert: MutateBytes = (random, bytes) => {
  const at = random.below(bytes.length + 1);
  return concat(bytes.subarray(0, at), random.bytes(random.pick([1, 2, 4, 16, 100, 5000])), bytes.subarray(at));
};
const remove: MutateBytes = (random, bytes) => {
  const at = random.below(bytes.length);
  return concat(bytes.subarray(0, at), bytes.subarray(at + random.pick([1, 2, 4, 16, 64])));
};
const repeat: MutateBytes = (random, bytes) => {
  const at = random.below(bytes.length);
  const end = at + random.pick([1, 4, 32, 400]);
  return concat(bytes.subarray(0, end), bytes.subarray(at));
};
const swap: MutateBytes = (random, bytes) => {
  const length = random.pick([1, 4, 32, 64]);
  const [a, b] = [random.below(bytes.length), random.below(bytes.length)];
  return written(written(bytes, a, bytes.slice(b, b + length)), b, bytes.slice(a, a + length));
};
const append: MutateBytes = (random, bytes) => concat(bytes, random.bytes(random.pick([1, 70, 3065, 100_000])));

/**
 * Bits turned and parts overwritten, lengths as at the edges of their types. Parts are cut off, put
 * in, left out, repeated and swapped.
 */
export const mutateBytes: MutateBytes = (random, bytes) =>
  random.pick([
    flip,
    flip,
    overwrite,
    clear,
    lengthField,
    lengthField,
    truncate,
    behead,
    insert,
    remove,
    repeat,
    swap,
    append,
  ])(random, bytes);

/** Mutates like `mutateBytes`, with the length kept. */
export const mutateInPlace: MutateBytes = (random, bytes) =>
  random.pick([flip, flip, overwrite, clear, lengthField, swap])(random, bytes);
