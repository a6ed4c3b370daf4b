import { describe, expect, it } from "vitest";
import type { PaymentAnswer } from "../../signing/signers.js";
import {
  afterExpiry,
  afterUsed,
  EMPTY_WINDOW,
  type PayoutWindow,
  signedFrom,
  toSubmit,
  withSigned,
  withSubmitted,
} from "./payout-window.js";

const payment = (index: bigint, expirationTimestampSecs = 1_000n): PaymentAnswer => ({
  index,
  sequenceNumber: 7n + index,
  expirationTimestampSecs,
  transaction: new Uint8Array(),
  hash: new Uint8Array(32),
});

const windowOf = (...indexes: readonly bigint[]): PayoutWindow =>
  withSigned(
    EMPTY_WINDOW,
    indexes.map((index) => payment(index)),
  );
const due = (window: PayoutWindow, now: number, next = 0n) =>
  toSubmit(window, next, now).payments.map(({ index }) => index);

describe("payments in flight", () => {
  it("are handed to a node once each, in rising order", () => {
    const window = withSubmitted(windowOf(3n, 1n, 2n), [1n, 2n], 0);
    expect(due(windowOf(3n, 1n, 2n), 0)).toEqual([1n, 2n, 3n]);
    expect(due(window, 10)).toEqual([3n]);
  });

  it("are all handed in again, from the lowest, where that doesn't move", () => {
    const window = withSubmitted(withSubmitted(windowOf(1n, 2n, 3n), [1n], 0), [2n, 3n], 2_000);
    expect(due(window, 2_999)).toEqual([]);
    expect(due(window, 3_000)).toEqual([1n, 2n, 3n]);
    expect(due(withSubmitted(window, [1n, 2n, 3n], 3_000), 3_001)).toEqual([]);
    expect(due(afterUsed(window, 2n), 3_000)).toEqual([]);
  });

  it("are left alone where a node says that they are used, and handed in again where no proof follows", () => {
    const window = withSubmitted(windowOf(1n, 2n, 3n), [1n, 2n, 3n], 0);
    expect(due(window, 2_000, 3n)).toEqual([]);
    expect(due(window, 3_000, 3n)).toEqual([3n]);
    expect(due(window, 20_000, 3n)).toEqual([1n, 2n, 3n]);
    expect([0n, 1n, 3n, 4n].map((from) => signedFrom(window, from))).toEqual([0, 3, 1, 0]);
  });

  it("leave the window once their numbers are used, or they can't execute any more", () => {
    const window = withSigned(windowOf(1n, 2n), [payment(3n, 999n)]);
    expect([...afterUsed(window, 2n).keys()]).toEqual([2n, 3n]);
    expect([...afterExpiry(window, 999_000n).keys()]).toEqual([1n, 2n]);
    expect(afterExpiry(window, 998_999n).size).toBe(3);
  });
});
