import { expect, it } from "vitest";
import { durationText } from "./duration.js";

it.each([
  [0n, "0 s"],
  [1n, "1 s"],
  [59_000n, "59 s"],
  [60_001n, "1 min 1 s"],
  [3_600_000n, "1 h"],
  [3_600_001n, "1 h 1 min"],
  [3_599_999n, "1 h"],
  [86_399_999n, "1 d"],
  [90_000_000n, "1 d 1 h"],
])("tells %d ms as %s, never less", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
