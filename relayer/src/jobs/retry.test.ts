import { describe, expect, it } from "vitest";
import { backoffMs } from "./retry.js";

describe("backoffMs", () => {
  it("doubles from half a second to a minute and stays there", () => {
    const steps = [1, 2, 3, 7, 8, 9, 100].map((attempts) => backoffMs(attempts, () => 0));
    expect(steps).toEqual([500, 1_000, 2_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("takes off at most a quarter, so that relayers don't march in step", () => {
    expect(backoffMs(1, () => 1)).toBe(375);
    expect(backoffMs(1, () => 0.5)).toBe(438);
  });
});
