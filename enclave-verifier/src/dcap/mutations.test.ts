import { utf8 } from "@pdiem/light-client/bytes";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DcapCollateral } from "../evidence.js";
import { EvidenceRefusal } from "../refusal.js";
import type { VerifiedEvidence } from "../result.js";
import { createDcapPlatform, dcapCollateral, dcapQuote, dcapVerification } from "../testing/dcap-platform.js";
import { verifyEvidence } from "../verify-evidence.js";

const platform = await createDcapPlatform();

/** What was verified, or undefined for a refusal; errors of other kinds fail the test. */
const verified = (kind: "sgx" | "tdx", quote: Uint8Array, collateral: DcapCollateral): VerifiedEvidence | undefined => {
  try {
    return verifyEvidence({ kind, quote }, dcapVerification(platform, kind, { collateral }));
  } catch (error) {
    if (error instanceof EvidenceRefusal) return undefined;
    throw error;
  }
};

const TEXTS = ["tcbInfoIssuerChain", "tcbInfo", "qeIdentityIssuerChain", "qeIdentity"] as const;
const BYTES = ["rootCaCrl", "pckCrl", "tcbInfoSignature", "qeIdentitySignature"] as const;

const flipped = (bytes: Uint8Array, at: number, mask: number): Uint8Array =>
  bytes.with(at % bytes.length, (bytes[at % bytes.length] ?? 0) ^ mask);

const position = fc.nat(1 << 20);
const mask = fc.integer({ min: 1, max: 255 });

describe.each(["sgx", "tdx"] as const)("%s evidence with one byte changed", (kind) => {
  const quote = dcapQuote(platform, kind);
  const collateral = dcapCollateral(platform, kind);
  const original = verified(kind, quote, collateral);

  test("is genuine as it is", () => expect(original?.kind).toBe(kind));

  test("in what is signed of the quote is refused", () => {
    const end = kind === "sgx" ? 432 : 632;
    fc.assert(
      fc.property(fc.nat(end - 1), mask, (at, bits) => {
        expect(verified(kind, flipped(quote, at, bits), collateral)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test("anywhere in the quote is refused or means the same", () => {
    fc.assert(
      fc.property(position, mask, (at, bits) => {
        const result = verified(kind, flipped(quote, at, bits), collateral);
        if (result !== undefined) expect(result).toEqual(original);
      }),
      { numRuns: 400 },
    );
  });

  test("anywhere in the collateral is refused or means the same", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS, ...BYTES), position, mask, (name, at, bits) => {
        const value = collateral[name];
        const changed =
          typeof value === "string"
            ? new TextDecoder().decode(flipped(utf8(value), at, bits))
            : flipped(value, at, bits);
        const result = verified(kind, quote, { ...collateral, [name]: changed });
        if (result !== undefined) expect(result).toEqual(original);
      }),
      { numRuns: 400 },
    );
  });

  test("or with anything in place of a part is refused", () => {
    const anything = fc.oneof(
      fc.record({ name: fc.constantFrom(...TEXTS), value: fc.string({ maxLength: 200 }) }),
      fc.record({ name: fc.constantFrom(...BYTES), value: fc.uint8Array({ maxLength: 200 }) }),
    );
    fc.assert(
      fc.property(anything, ({ name, value }) => {
        expect(verified(kind, quote, { ...collateral, [name]: value })).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(700), (bytes, keep) => {
        const forged = new Uint8Array(keep + bytes.length);
        forged.set(quote.subarray(0, keep));
        forged.set(bytes, keep);
        expect(verified(kind, forged, collateral)).toBeUndefined();
      }),
    );
  });
});
