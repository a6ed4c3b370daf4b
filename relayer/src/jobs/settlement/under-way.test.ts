import { filled } from "@pdiem/bridge/testing/config";
import { describe, expect, test } from "vitest";
import { isUnderWay } from "./under-way.js";

const BATCH = { birth: 100, period: 64, specVersion: 900 };
const at = (number: number, specVersion: number | undefined = 900) => ({
  block: { number, hash: filled(32, 1) },
  specVersion,
});

describe("a signed batch", () => {
  test("is under way until its era ends", () => {
    expect([99, 100, 163, 164].map((number) => isUnderWay(at(number), BATCH))).toEqual([true, true, true, false]);
  });

  test("is void as soon as another runtime is in force than it was signed for", () => {
    expect(isUnderWay(at(101, 901), BATCH)).toBe(false);
    expect(isUnderWay(at(101, 901), { birth: 100, period: 64 })).toBe(true);
  });

  test("isn't judged by a view from before it", () => {
    expect(isUnderWay(at(99, 899), BATCH)).toBe(true);
    expect(isUnderWay({ ...at(101), specVersion: undefined }, BATCH)).toBe(true);
  });
});
