/**
 * The repair of a lost FROST share by as many others as sign (PROTOCOL 7a): what each splits and
 * adds up, and by which points it is checked. Scalars and points are 32 bytes each.
 */
import type { FROST } from "@noble/curves/abstract/frost.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { toHex } from "../bytes.js";

const { Point } = ed25519;
const { Fn } = Point;

/** Part of a share, for one of the others; its point is that times the base point. */
export interface Addend {
  readonly scalar: Uint8Array;
  readonly point: Uint8Array;
}

/** Whose part in which repair. */
export interface RepairPart {
  readonly lost: number;
  /** All slots that help, as many as sign. */
  readonly helpers: readonly number[];
  /** One of them. */
  readonly slot: number;
}

/**
 * Multiplies by the factor with which a slot's share counts in the lost one. Shares are put so far
 * from 0 as their slots are from the lost one: what is combined at 0 is the lost one then.
 */
const weighted = (frost: FROST, { lost, helpers, slot }: RepairPart, scalar: Uint8Array): Uint8Array =>
  frost.combineSecret(
    helpers.map((helper) => ({
      identifier: toHex(Fn.toBytes(Fn.create(BigInt(helper - lost)))),
      signingShare: helper === slot ? scalar : new Uint8Array(32),
    })),
    { min: helpers.length, max: helpers.length },
  );

/**
 * Splits what a slot's share adds to the lost one into as many addends as help, in their order.
 * @param seedOf gives 32 bytes for a helper's: with the share they make its addend, always the same
 */
export const splitShare = (
  frost: FROST,
  part: RepairPart,
  share: Uint8Array,
  seedOf: (helper: number) => Uint8Array<ArrayBuffer>,
): readonly Addend[] => {
  const { Fn: blinded } = frost.utils;
  const own = { identifier: frost.Identifier.fromNumber(part.slot), signingShare: share };
  const drawn = part.helpers
    .slice(1)
    .map((helper) => blinded.fromBytes(frost.commit(own, () => seedOf(helper)).nonces.hiding));
  const first = drawn.reduce((left, one) => blinded.sub(left, one), blinded.fromBytes(weighted(frost, part, share)));
  return [first, ...drawn].map((scalar) => ({
    scalar: blinded.toBytes(scalar),
    point: Point.BASE.multiply(scalar).toBytes(),
  }));
};

/** Adds secret scalars up. @throws Error for one that isn't canonical */
export const sumOfScalars = ({ utils: { Fn: blinded } }: FROST, scalars: readonly Uint8Array[]): Uint8Array =>
  blinded.toBytes(scalars.reduce((sum, one) => blinded.add(sum, blinded.fromBytes(one)), 0n));

const parsed = (bytes: Uint8Array) => {
  const point = Point.fromBytes(bytes);
  if (point.is0() || !point.isTorsionFree()) throw new RangeError("expected a point of prime order");
  return point;
};

const sumOf = (points: readonly Uint8Array[]) => points.reduce((sum, one) => sum.add(parsed(one)), Point.ZERO);

/** Noble throws for what is no such point or scalar. */
const holds = (check: () => boolean): boolean => {
  try {
    return check();
  } catch {
    return false;
  }
};

/**
 * Tells whether points add up to the secret scalar times the base point. All of them must be
 * canonical, of prime order and not the identity.
 */
export const areOfScalar = (points: readonly Uint8Array[], scalar: Uint8Array): boolean =>
  holds(() => sumOf(points).equals(Point.BASE.multiply(Fn.fromBytes(scalar))));

/** Tells whether points, all as above, are those of a whole split of the slot's share. */
export const areOfSplit = (
  frost: FROST,
  part: RepairPart,
  points: readonly Uint8Array[],
  verifyingShare: Uint8Array,
): boolean =>
  holds(() => {
    const factor = Fn.fromBytes(weighted(frost, part, Fn.toBytes(1n)));
    return sumOf(points).equals(parsed(verifyingShare).multiplyUnsafe(factor));
  });
