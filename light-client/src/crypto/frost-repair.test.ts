import { randomBytes } from "node:crypto";
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { toHex } from "../bytes.js";
import { blindedFrost } from "./blinded-frost.js";
import { areOfScalar, areOfSplit, splitShare, sumOfScalars } from "./frost-repair.js";

const frost = blindedFrost((length) => new Uint8Array(randomBytes(length)));
const { Point } = ed25519;
const [MIN, MAX] = [3, 5];
const idOf = (slot: number): string => ed25519_FROST.Identifier.fromNumber(slot);
const dealt = ed25519_FROST.trustedDealer({ min: MIN, max: MAX });
const shareOf = (slot: number): Uint8Array => dealt.secretShares[idOf(slot)]?.signingShare ?? new Uint8Array(32);
const verifyingShareOf = (slot: number): Uint8Array => dealt.public.verifyingShares[idOf(slot)] ?? new Uint8Array(32);
const seedOf = (helper: number) => new Uint8Array(32).fill(helper);

/** Each lost slot, with each choice of helpers. */
const SLOTS = Array.from({ length: MAX }, (_, i) => i + 1);
const CHOICES = SLOTS.flatMap((lost) =>
  SLOTS.flatMap((a) => SLOTS.flatMap((b) => SLOTS.map((c) => ({ lost, helpers: [a, b, c] })))).filter(
    ({ helpers: [a = 0, b = 0, c = 0] }) => a < b && b < c && ![a, b, c].includes(lost),
  ),
);

describe("PROTOCOL 7a: the sums of a repair", () => {
  it.each(CHOICES)("give slot $lost's share from those of $helpers, and fit all points", ({ lost, helpers }) => {
    const splits = helpers.map((slot) => splitShare(frost, { lost, helpers, slot }, shareOf(slot), seedOf));
    const rows = splits.map((addends) => addends.map(({ point }) => point));
    for (const [i, slot] of helpers.entries()) {
      expect(areOfSplit(frost, { lost, helpers, slot }, rows[i] ?? [], verifyingShareOf(slot))).toBe(true);
      for (const { scalar, point } of splits[i] ?? []) expect(areOfScalar([point], scalar)).toBe(true);
    }
    const sums = helpers.map((_, j) =>
      sumOfScalars(
        frost,
        splits.map((addends) => addends[j]?.scalar ?? new Uint8Array()),
      ),
    );
    for (const [j, sum] of sums.entries())
      expect(
        areOfScalar(
          rows.map((row) => row[j] ?? new Uint8Array()),
          sum,
        ),
      ).toBe(true);
    expect(sumOfScalars(frost, sums)).toEqual(shareOf(lost));
  });

  const part = { lost: 5, helpers: [1, 2, 4], slot: 2 };
  const split = splitShare(frost, part, shareOf(2), seedOf);
  const points = split.map(({ point }) => point);

  it("are of addends that follow from share and seeds alone, none of them told by the others", () => {
    expect(splitShare(frost, part, shareOf(2), seedOf)).toEqual(split);
    const others = [
      splitShare(frost, part, shareOf(1), seedOf),
      splitShare(frost, part, shareOf(2), (helper) => seedOf(helper + 1)),
    ];
    const all = [split, ...others].flatMap((addends) => addends.map(({ scalar }) => toHex(scalar)));
    expect(new Set(all).size).toBe(all.length);
  });

  it("fit no other points: of another slot's part, fewer, or any that isn't a good point of the group", () => {
    const holds = (shown: readonly Uint8Array[], given = part) => areOfSplit(frost, given, shown, verifyingShareOf(2));
    expect(holds(points)).toBe(true);
    for (const other of [
      { ...part, lost: 3 },
      { ...part, helpers: [2, 3, 4] },
      { ...part, slot: 1 },
    ])
      expect(holds(points, other)).toBe(false);
    expect(holds(points.slice(1))).toBe(false);
    const [first = new Uint8Array(), ...rest] = points;
    // With a point of order 8 on one and its opposite on another, sums and points would be right.
    const torsion = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    const [second = new Uint8Array(), third = new Uint8Array()] = rest;
    const mixed = [
      Point.fromBytes(first).add(torsion),
      Point.fromBytes(second).subtract(torsion),
      Point.fromBytes(third),
    ];
    expect(holds(mixed.map((point) => point.toBytes()))).toBe(false);
    const whole = points.reduce((sum, one) => sum.add(Point.fromBytes(one)), Point.ZERO).toBytes();
    expect(holds([whole])).toBe(true);
    expect(holds([whole, Point.ZERO.toBytes()])).toBe(false);
    expect(holds([...points.slice(0, 2), new Uint8Array(32).fill(0xff)])).toBe(false);
  });

  it("fit no scalar but one, in its canonical form", () => {
    const [{ scalar, point } = { scalar: new Uint8Array(), point: new Uint8Array() }] = split;
    expect(areOfScalar([point], scalar)).toBe(true);
    const order = ed25519.Point.Fn.ORDER;
    const value = ed25519.Point.Fn.fromBytes(scalar) + order;
    const twice = Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
    expect(areOfScalar([point], twice)).toBe(false);
    expect(areOfScalar([point], new Uint8Array(32))).toBe(false);
    expect(areOfScalar([], new Uint8Array(32))).toBe(false);
    expect(areOfScalar([Point.ZERO.toBytes()], new Uint8Array(32))).toBe(false);
  });
});
