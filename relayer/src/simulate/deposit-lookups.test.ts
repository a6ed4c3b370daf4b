import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { describe, expect, it } from "vitest";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { MOST_VERSIONS, namingTooMany } from "./deposit-lookups.js";

const payment = (number: bigint, metadata: Uint8Array = new Uint8Array()): CustodyPayment => ({
  number,
  version: 1_000n,
  payer: new Uint8Array(16),
  currency: "XUS",
  amount: 1n,
  metadata,
});

const returning = (number: bigint, transactionVersion: bigint): CustodyPayment =>
  payment(number, encodeMetadata({ type: "refund", value: { transactionVersion, reason: "otherReason" } }));

const numbersFrom = (first: number, count: number): readonly bigint[] =>
  Array.from({ length: count }, (_, i) => BigInt(first + i));

describe("payments that send payouts back", () => {
  it("wait where they name more versions than a batch can prove, and hold up nothing else", () => {
    const flood = numbersFrom(0, 1_000).map((i) => returning(i, i));
    const left = namingTooMany([...flood, payment(1_000n)]);
    expect([...left]).toEqual(numbersFrom(MOST_VERSIONS, 1_000 - MOST_VERSIONS));
  });

  it("share a place where they name the same version", () => {
    expect(namingTooMany(numbersFrom(0, 50).map((i) => returning(i, 7n))).size).toBe(0);
  });

  it("take none where they name a version that isn't past", () => {
    expect(namingTooMany(numbersFrom(0, 50).map((i) => returning(i, 1_000n + i))).size).toBe(0);
  });
});
