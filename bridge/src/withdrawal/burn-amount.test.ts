import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feeOf } from "../config/fee.js";
import { amountToBurn, greatestBefore } from "./burn-amount.js";

const BOUNDS = { minimum: 100n, maximum: 10_000n };

describe("PROTOCOL 3: the amount to burn", () => {
  it.each([
    [99n, undefined],
    [100n, 100n],
    [10_000n, 10_000n],
    [10_001n, 9_901n],
    [10_099n, 9_999n],
    [10_100n, 10_000n],
    [1n << 100n, 10_000n],
  ])("of a balance of %s is %s", (balance, burned) => {
    expect(amountToBurn(balance, BOUNDS)).toBe(burned);
  });

  it("is the greatest that leaves nothing or at least the minimum, or none", () => {
    const upTo = (max: bigint) => fc.bigInt({ min: 1n, max });
    fc.assert(
      fc.property(upTo(60n), upTo(90n), upTo(200n), (minimum, maximum, balance) => {
        const allowed = Array.from({ length: Number(balance) + 1 }, (_, i) => BigInt(i)).filter(
          (one) => one >= minimum && one <= maximum && (one === balance || balance - one >= minimum),
        );
        expect(amountToBurn(balance, { minimum, maximum })).toBe(allowed.at(-1));
      }),
    );
  });
});

describe("the greatest amount before its fee", () => {
  it("is the last whose fee leaves no more", () => {
    const fees = fc.record({
      fixed: fc.bigInt({ min: 0n, max: 1_000n }),
      millionths: fc.integer({ min: 0, max: 999_999 }),
    });
    fc.assert(
      fc.property(fees, fc.bigInt({ min: 0n, max: 1n << 70n }), (fee, net) => {
        const greatest = greatestBefore(fee, net);
        expect(greatest - feeOf(fee, greatest)).toBeLessThanOrEqual(net);
        expect(greatest + 1n - feeOf(fee, greatest + 1n)).toBeGreaterThan(net);
      }),
    );
  });
});
