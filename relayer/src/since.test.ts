import { describe, expect, it } from "vitest";
import { longest, noteSince } from "./since.js";

describe("since when things are there", () => {
  it("keeps the time of what was there before, drops what has gone, and takes the new as of now", () => {
    const first = noteSince(undefined, ["a", "b"], 1_000);
    const second = noteSince(first, ["b", "c"], 5_000);
    expect([...second]).toEqual([
      ["b", 1_000],
      ["c", 5_000],
    ]);
    expect(longest(second, 9_000)).toBe(8);
  });

  it("is no time where nothing is there, or nobody asked yet", () => {
    expect(longest(noteSince(undefined, [], 1_000), 9_000)).toBe(0);
    expect(longest(undefined, 9_000)).toBe(0);
  });
});
