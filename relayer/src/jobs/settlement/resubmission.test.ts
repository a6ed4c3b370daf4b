import { describe, expect, it } from "vitest";
import { createResubmission } from "./resubmission.js";

describe("resubmission", () => {
  it("is due again after a while, and at once for something else or what wasn't taken", () => {
    let now = 0;
    const { isDue, retract } = createResubmission(1_000, () => now);
    expect([isDue("a"), isDue("a")]).toEqual([true, false]);
    now = 1_000;
    expect([isDue("a"), isDue("a"), isDue("b"), isDue("a")]).toEqual([true, false, true, true]);
    retract();
    expect(isDue("a")).toBe(true);
  });
});
