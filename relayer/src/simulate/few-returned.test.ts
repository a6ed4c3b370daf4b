import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { describe, expect, it } from "vitest";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { MOST_VERSIONS, withFewReturned } from "./few-returned.js";

const payment = (number: bigint, metadata: Uint8Array = new Uint8Array()): CustodyPayment => ({
  number,
  version: 1_000n,
  payer: new Uint8Array(16),
  currency: "XUS",
  amount: 1n,
  metadata,
});

const returning = (number: bigint, transactionVersion: bigint): CustodyPayment =>
  payment(
    number,
    encodeMetadata({
      type: "refund",
      value: { transactionVersion, reason: "otherReason" },
    }),
  );

const numbersOf = (payments: readonly CustodyPayment[]): readonly bigint[] => payments.map(({ number }) => number);

describe("payments that send payouts back", () => {
  it("take no more places of a batch than it can prove, however many versions are named", () => {
    const flood = Array.from({ length: 1_000 }, (_, i) => returning(BigInt(i), BigInt(i)));
    const last = payment(1_000n);
    expect(numbersOf(withFewReturned([...flood, last]))).toEqual([
      ...Array.from({ length: MOST_VERSIONS }, (_, i) => BigInt(i)),
      1_000n,
    ]);
  });

  it("share a place where they name the same version", () => {
    const payments = Array.from({ length: 50 }, (_, i) => returning(BigInt(i), 7n));
    expect(withFewReturned(payments)).toEqual(payments);
  });

  it("take none where they name a version that isn't past", () => {
    const payments = Array.from({ length: 50 }, (_, i) => returning(BigInt(i), 1_000n + BigInt(i)));
    expect(withFewReturned(payments)).toEqual(payments);
  });
});
