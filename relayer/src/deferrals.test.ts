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
});
