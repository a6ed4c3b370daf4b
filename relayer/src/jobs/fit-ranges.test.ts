import { describe, expect, it } from "vitest";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { fitRanges } from "./fit-ranges.js";

const payments = (...numbers: readonly number[]): readonly CustodyPayment[] =>
  numbers.map((number) => ({
    number: BigInt(number),
    version: 1_000n,
    payer: new Uint8Array(16),
    currency: "XUS",
    amount: 1n,
    metadata: new Uint8Array(),
  }));

const chosen = (numbers: readonly number[], mostRanges: number, most = 1_000): readonly number[] =>
  fitRanges(payments(...numbers), mostRanges, most).map(({ number }) => Number(number));

describe("payments that are proven together", () => {
  it("are taken in the order given and come in that of their numbers", () => {
    expect(chosen([9, 8, 7, 1, 3, 5], 2)).toEqual([1, 7, 8, 9]);
  });

  it("may close a gap though there is no further range", () => {
    expect(chosen([1, 3, 7, 2, 5, 8, 6], 2)).toEqual([1, 2, 3, 5, 6]);
    expect(chosen([1, 3, 2, 5], 2)).toEqual([1, 2, 3, 5]);
  });

  it("are no more than asked for", () => {
    expect(chosen([4, 5, 6, 7], 9, 2)).toEqual([4, 5]);
    expect(chosen([4, 5], 0)).toEqual([]);
  });
});
