import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex, utf8 } from "../../bytes.js";
import { encodeMetadata, type Metadata, readMetadata, toSubaddress } from "./metadata.js";

const subaddress = fromHex("8f8b82153010a1bd");
const forms: readonly (readonly [string, Metadata])[] = [
  ["00", { type: "undefined", value: undefined }],
  ["010001088f8b82153010a1bd0000", toSubaddress(subaddress)],
  [
    "01000000010700000000000000",
    { type: "general", value: { toSubaddress: undefined, fromSubaddress: undefined, referencedEvent: 7n } },
  ],
  ["02000103616263", { type: "travelRule", value: { offChainReferenceId: "abc" } }],
  ["03010461626364", { type: "unstructuredBytes", value: { metadata: utf8("abcd") } }],
  [
    "0400373000000000000003",
    { type: "refund", value: { transactionVersion: 12343n, reason: "userInitiatedFullRefund" } },
  ],
  ["0400010000000000000004", { type: "refund", value: { transactionVersion: 1n, reason: "invalidReferenceId" } }],
  ["0500020361626303656667", { type: "coinTrade", value: { tradeIds: ["abc", "efg"] } }],
  [
    "0600ba199cc9eca44475bb7a9e3b53de8547",
    { type: "payment", value: { referenceId: fromHex("ba199cc9eca44475bb7a9e3b53de8547") } },
  ],
];

describe("metadata", () => {
  test.each(forms)("%s is read and written", (hex, value) => {
    expect(toHex(encodeMetadata(value))).toBe(hex);
    expect(readMetadata(fromHex(hex))).toEqual(value);
  });

  test.each([
    ["text", toHex(utf8("hello world"))],
    ["nothing", ""],
    ["a trailing byte", "010001088f8b82153010a1bd000000"],
    ["a missing byte", "010001088f8b82153010a1bd00"],
    ["a subaddress without its length", "0100018f8b82153010a1bd0000"],
    ["an unknown variant", "0700"],
    ["an unknown version", "0101000000"],
    ["an unknown reason for a refund", "0400373000000000000005"],
    ["a reference that isn't UTF-8", "02000101ff"],
  ])("is opaque where it is %s", (_, hex) => {
    expect(readMetadata(fromHex(hex))).toBeUndefined();
  });

  test("has one form for what it says, whatever bytes come", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const value = readMetadata(bytes);
        if (value !== undefined) expect(encodeMetadata(value)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
