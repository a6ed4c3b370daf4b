import { encode } from "@pdiem/light-client/codec/bcs";
import { metadata, toSubaddress } from "@pdiem/light-client/diem/transactions/metadata";
import { describe, expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { readDestination, readPaidRelease } from "./destination.js";
import { accountSubaddress, readSubaddress, releaseSubaddress } from "./subaddress.js";

const HALF = 1n << 63n;

describe("subaddresses of custody", () => {
  it("are k + 1 and 2^63 + i, big endian", () => {
    expect([...accountSubaddress(0n)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect([...accountSubaddress(0x0102n)]).toEqual([0, 0, 0, 0, 0, 0, 1, 3]);
    expect([...releaseSubaddress(5n)]).toEqual([0x80, 0, 0, 0, 0, 0, 0, 5]);
  });

  it("read back as what they mean", () => {
    for (const index of [0n, 1n, 255n, HALF - 2n])
      expect(readSubaddress(accountSubaddress(index))).toEqual({ type: "account", index });
    for (const index of [0n, 1n, HALF - 1n])
      expect(readSubaddress(releaseSubaddress(index))).toEqual({ type: "release", index });
    expect(readSubaddress(filled(8, 0))).toBeUndefined();
    expect(readSubaddress(filled(7, 1))).toBeUndefined();
    expect(readSubaddress(filled(9, 1))).toBeUndefined();
  });

  it("aren't made for indices that have none", () => {
    expect(() => accountSubaddress(HALF - 1n)).toThrow(RangeError);
    expect(() => releaseSubaddress(HALF)).toThrow(RangeError);
    expect(() => accountSubaddress(-1n)).toThrow(RangeError);
  });
});

describe("a deposit's destination", () => {
  it("is read from each form of metadata", () => {
    const account = filled(32, 1);
    const raw = encode(metadata, { type: "unstructuredBytes", value: { metadata: account } });
    expect(readDestination(raw)).toEqual({ type: "account", account });
    expect(readDestination(encode(metadata, toSubaddress(accountSubaddress(3n))))).toEqual({
      type: "registered",
      index: 3n,
    });
    expect(readDestination(encode(metadata, toSubaddress(releaseSubaddress(3n))))).toEqual({
      type: "release",
      index: 3n,
    });
    const refund = encode(metadata, { type: "refund", value: { transactionVersion: 9n, reason: "otherReason" } });
    expect(readDestination(refund)).toEqual({ type: "refunded", version: 9n });
  });

  it.each([
    ["none", new Uint8Array()],
    ["garbage", filled(64, 0xee)],
    ["32 bytes that aren't metadata", filled(32, 1)],
    ["trailing bytes", Uint8Array.of(...encode(metadata, toSubaddress(accountSubaddress(3n))), 0)],
    ["33 raw bytes", encode(metadata, { type: "unstructuredBytes", value: { metadata: filled(33, 1) } })],
    ["no raw bytes", encode(metadata, { type: "unstructuredBytes", value: { metadata: undefined } })],
    ["a travel rule", encode(metadata, { type: "travelRule", value: { offChainReferenceId: "a" } })],
    ["a long subaddress", encode(metadata, toSubaddress(filled(16, 1)))],
  ])("is none for %s", (_, bytes) => {
    expect(readDestination(bytes)).toEqual({ type: "none" });
  });

  it("names no paid release unless the payer's subaddress is one of a release", () => {
    const from = (fromSubaddress: Uint8Array | undefined) =>
      encode(metadata, {
        type: "general",
        value: { toSubaddress: undefined, fromSubaddress, referencedEvent: undefined },
      });
    expect(readPaidRelease(from(releaseSubaddress(4n)))).toBe(4n);
    expect(readPaidRelease(from(accountSubaddress(4n)))).toBeUndefined();
    expect(readPaidRelease(from(undefined))).toBeUndefined();
    expect(readPaidRelease(encode(metadata, toSubaddress(releaseSubaddress(4n))))).toBeUndefined();
  });
});
