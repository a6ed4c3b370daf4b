import { expect, it } from "vitest";
import { formatSpan } from "./time.js";

it("names the two largest units", () => {
  expect([-5, 12, 1_500, 42_000, 60_000, 125_000, 7_500_000, 90_000_000].map(formatSpan)).toEqual([
    "0 s",
    "12 ms",
    "1.5 s",
    "42 s",
    "1 min",
    "2 min 5 s",
    "2 h 5 min",
    "1 d 1 h",
  ]);
});
