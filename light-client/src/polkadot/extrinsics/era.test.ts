import { expect, test } from "vitest";
import { fromHex } from "../../bytes.js";
import { outcome } from "../../testing/outcome.js";
import { birthOf, decodeEra, encodeEra, mortalEra } from "./era.js";

test("an era is its period and the birth block's place in it", () => {
  expect(encodeEra(mortalEra(64, 6))).toEqual(fromHex("6500"));
  expect(encodeEra(mortalEra(64, 63))).toEqual(fromHex("f503"));
  expect(encodeEra(mortalEra(64, 64_000_063))).toEqual(fromHex("f503"));
});

test("every era of every period is read back", () => {
  for (let period = 4; period <= 4096; period *= 2)
    for (const phase of [0, 1, period / 2, period - 1])
      expect(decodeEra(encodeEra(mortalEra(period, phase)))).toEqual({ period, phase });
});

test("immortal eras, phases past the period and other lengths are refused", () => {
  for (const encoded of ["", "00", "0000", "4101", "f50300", "0c00"])
    expect(outcome(() => decodeEra(fromHex(encoded)))).toBe("decode/era");
});

test("periods that are no power of two from 4 to 4096 are refused", () => {
  for (const period of [0, 2, 3, 63, 8192]) expect(() => mortalEra(period, 0)).toThrow(RangeError);
});

test("the birth block is the last at the era's phase", () => {
  const era = mortalEra(64, 130);
  for (const number of [130, 131, 193]) expect(birthOf(era, number)).toBe(130);
  expect(birthOf(era, 194)).toBe(194);
});
