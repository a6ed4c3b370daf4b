import { expect, it } from "vitest";
import { feeOf } from "./fee.js";

it("PROTOCOL 3: a fee is a fixed part plus millionths of the amount, rounded up", () => {
  expect(feeOf({ fixed: 5n, millionths: 0 }, 1_000n)).toBe(5n);
  expect(feeOf({ fixed: 5n, millionths: 10_000 }, 1_000n)).toBe(15n);
  expect(feeOf({ fixed: 5n, millionths: 10_000 }, 1_001n)).toBe(16n);
  expect(feeOf({ fixed: 0n, millionths: 1 }, 1n)).toBe(1n);
  expect(feeOf({ fixed: 0n, millionths: 1 }, 0n)).toBe(0n);
});
