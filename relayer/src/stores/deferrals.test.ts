import { describe, expect, it } from "vitest";
import { createDeferrals } from "./deferrals.js";

describe("deferrals", () => {
  it("last for the time given, anew each time, and concern nothing else", () => {
    let now = 1_000;
    const deferrals = createDeferrals<string>(500, () => now);
    deferrals.defer("one");
    expect(["one", "other"].map(deferrals.isDeferred)).toEqual([true, false]);
    now = 1_500;
    expect(deferrals.isDeferred("one")).toBe(false);
    deferrals.defer("one", 3);
    expect(deferrals.isDeferred("one")).toBe(true);
    expect(deferrals.until).toEqual(new Map([["one", 3_000]]));
  });

  it("are as many as there is room for, those forgotten first that were put off the longest ago", () => {
    const deferrals = createDeferrals<number>(500, () => 0, 3);
    for (const key of [1, 2, 3, 1, 4]) deferrals.defer(key);
    expect([...deferrals.until.keys()]).toEqual([3, 1, 4]);
    expect([1, 2].map(deferrals.isDeferred)).toEqual([true, false]);
  });
});
