import { expect, it } from "vitest";
import { HOUR } from "../testing/config.js";
import { activeAt } from "./active-time.js";

const before = { active: 5n, time: 100n };

it("PROTOCOL 2: active time passes with the blocks', an hour a settlement at most", () => {
  expect(activeAt(before, 160n, false)).toBe(65n);
  expect(activeAt(before, 100n + HOUR, false)).toBe(5n + HOUR);
  expect(activeAt(before, 100n + 9n * HOUR, false)).toBe(5n + HOUR);
});

it("PROTOCOL 2: no active time passes where any asset is frozen, and none backwards", () => {
  expect(activeAt(before, 160n, true)).toBe(5n);
  expect(activeAt(before, 100n, false)).toBe(5n);
  expect(activeAt(before, 99n, false)).toBe(5n);
});
