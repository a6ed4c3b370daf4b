import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fewerItems } from "./fit-batch.js";
import type { TrialItems } from "./simulate-items.js";

const preimage = { payee: new Uint8Array(16), subaddress: undefined, refundAccount: undefined };

const counted = (deposits: number, withdrawals: number, registrations: number, feeClaims: number): TrialItems => ({
  deposits: Array.from({ length: deposits }, (_, i) => ({
    number: BigInt(i),
    account: undefined,
    release: undefined,
    paymentsBefore: undefined,
  })),
  withdrawals: Array.from({ length: withdrawals }, () => ({ preimage, currency: "XUS" })),
  registrations: Array.from({ length: registrations }, (_, i) => new Uint8Array(32).fill(i)),
  feeClaims: Array.from({ length: feeClaims }, (_, i) => `C${i}`),
  sentEvents: 3,
});

const countOf = ({ deposits, withdrawals, registrations, feeClaims }: TrialItems): number =>
  deposits.length + withdrawals.length + registrations.length + feeClaims.length;

describe("a batch that is too large", () => {
  it("is tried with fewer items, down to a single one of whatever there was", () => {
    const count = fc.nat({ max: 40 });
    fc.assert(
      fc.property(count, count, count, fc.nat({ max: 3 }), (...counts) => {
        const steps: TrialItems[] = [];
        for (let items: TrialItems | undefined = counted(...counts); items !== undefined; items = fewerItems(items))
          steps.push(items);
        const sizes = steps.map(countOf);
        expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => b - a));
        expect(sizes.at(-1)).toBe(Math.min(1, counts[0] + counts[1] + counts[2] + counts[3]));
      }),
    );
  });

  it("keeps the items' order and what is folded, and gives up a deposit before the last withdrawal", () => {
    expect(fewerItems(counted(10, 5, 8, 2))).toEqual(counted(8, 4, 4, 2));
    expect(fewerItems(counted(1, 1, 0, 0))).toEqual(counted(0, 1, 0, 0));
    expect(fewerItems(counted(1, 0, 1, 1))).toEqual(counted(0, 0, 1, 1));
    expect(fewerItems(counted(0, 0, 1, 1))).toEqual(counted(0, 0, 1, 0));
    expect(fewerItems(counted(0, 0, 0, 1))).toBeUndefined();
  });
});
