/**
 * Arithmetic on edwards25519, of public data alone: how long it takes depends on the data. Source:
 * RFC 8032 5.1.
 */
import { D, P, yOf } from "./curve25519-point.js";

/** Extended coordinates: x = X/Z, y = Y/Z, x y = T/Z, each modulo P, also below 0. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

/** Order of the group that `BASE` generates. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const affine = (x: bigint, y: bigint): Point => ({ x, y, z: 1n, t: (x * y) % P });

const NEUTRAL = affine(0n, 1n);

export const BASE: Point = affine(
  15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  46316835694926478169428394003475163141307993866256225615783033603165251855960n,
);

/** Adds any two points, the same one twice as well. */
export const add = (p: Point, q: Point): Point => {
  const a = ((p.y - p.x) * (q.y - q.x)) % P;
  const b = ((p.y + p.x) * (q.y + q.x)) % P;
  const c = (((2n * D * p.t) % P) * q.t) % P;
  const d = (2n * p.z * q.z) % P;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: (e * f) % P, y: (g * h) % P, z: (f * g) % P, t: (e * h) % P };
};

export const negate = ({ x, y, z, t }: Point): Point => ({ x: -x, y, z, t: -t });

export const isNeutral = ({ x, y, z }: Point): boolean => x % P === 0n && (y - z) % P === 0n;

/** Computes [m]p + [n]q, both factors below 2^253. */
export const combine = (m: bigint, p: Point, n: bigint, q: Point): Point => {
  const terms = [NEUTRAL, p, q, add(p, q)];
  let sum = NEUTRAL;
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    const term = Number((m >> bit) & 1n) + 2 * Number((n >> bit) & 1n);
    if (term > 0) sum = add(sum, terms[term] ?? NEUTRAL);
  }
  return sum;
};

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === "1") result = (result * base) % P;
  }
  return result;
};

const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/**
 * Decompresses 32 bytes, y taken modulo P, and x = 0 with either sign. It is undefined where no
 * point has that y.
 */
export const decompress = (encoding: Uint8Array): Point | undefined => {
  const y = yOf(encoding);
  const u = y * y - 1n;
  const v = (D * y * y + 1n) % P;
  const candidate = (u * v ** 3n * power((u * v ** 7n) % P, (P - 5n) / 8n)) % P;
  const square = v * candidate ** 2n;
  const isRoot = (square - u) % P === 0n;
  if (!isRoot && (square + u) % P !== 0n) return undefined;
  const x = (((isRoot ? candidate : candidate * ROOT_OF_MINUS_ONE) % P) + P) % P;
  const isOdd = ((encoding[31] ?? 0) & 0x80) !== 0;
  return affine(((x & 1n) === 1n) === isOdd ? x : P - x, y);
};
