import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseAmount } from "./amount.js";

it("writes decimals only where there are any", () => {
  expect([1n, 1_000_000n, 1_234_567_890_000n, 1_500_000n, -2_000_001n, 0n].map((n) => formatAmount(n))).toEqual([
    "0.000001",
    "1",
    "1,234,567.89",
    "1.5",
    "−2.000001",
    "0",
  ]);
});

it("reads what it writes", () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 2n ** 64n - 1n), (amount) => {
      expect(parseAmount(formatAmount(amount))).toBe(amount);
    }),
  );
});

it("takes nothing that isn't exactly an amount", () => {
  for (const text of ["", "0", "-1", "1e6", "1.0000001", "0x10", "1..2", "NaN", "1 2"])
    expect([text, parseAmount(text)]).toEqual([text, undefined]);
});
