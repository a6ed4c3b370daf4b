import { p256, p384 } from "@noble/curves/nist.js";
import { concat } from "@pdiem/light-client/bytes";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyEcdsa as native } from "./ecdsa-native.js";
import { verifyEcdsa as portable } from "./ecdsa-portable.js";
import type { Curve, EcdsaVerify } from "./ecdsa-verify.js";

const CURVES = { "P-256": p256, "P-384": p384 };
const bigEndian = (value: bigint, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn));

const implementations: readonly (readonly [string, EcdsaVerify])[] = [
  ["native", native],
  ["portable", portable],
];

describe.each(implementations)("ECDSA, %s", (_, verify) => {
  describe.each(["P-256", "P-384"] as const)("%s", (curve: Curve) => {
    const size = curve === "P-256" ? 32 : 48;
    const secret = new Uint8Array(size).fill(7);
    const publicKey = CURVES[curve].getPublicKey(secret, false).slice(1);
    const order = CURVES[curve].Point.Fn.ORDER;
    const message = Uint8Array.of(1, 2, 3);
    const signature = CURVES[curve].sign(message, secret);
    const r = signature.slice(0, size);
    const s = signature.slice(size);
    const sAsNumber = s.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

    test("accepts a signature with low s and its twin with high s", () => {
      expect(verify(curve, publicKey, message, signature)).toBe(true);
      expect(verify(curve, publicKey, message, concat(r, bigEndian(order - sAsNumber, size)))).toBe(true);
    });

    test.each([
      ["another message", publicKey, Uint8Array.of(1, 2), signature],
      ["a signature of zeros", publicKey, message, new Uint8Array(2 * size)],
      ["r zero", publicKey, message, concat(new Uint8Array(size), s)],
      ["s zero", publicKey, message, concat(r, new Uint8Array(size))],
      ["r equal to the order", publicKey, message, concat(bigEndian(order, size), s)],
      ["s beyond the order", publicKey, message, concat(r, bigEndian(order + 1n, size))],
      ["a short signature", publicKey, message, signature.slice(1)],
      ["a key off the curve", publicKey.with(size, (publicKey[size] ?? 0) ^ 1), message, signature],
      ["a key of zeros", new Uint8Array(2 * size), message, signature],
      ["a short key", publicKey.slice(1), message, signature],
    ])("refuses %s", (_name, key, text, bytes) => {
      expect(verify(curve, key, text, bytes)).toBe(false);
    });
  });
});

test.skipIf(native === undefined)("both implementations agree on whatever comes", () => {
  const secret = new Uint8Array(32).fill(9);
  const publicKey = p256.getPublicKey(secret, false).slice(1);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(127),
      fc.integer({ min: 0, max: 255 }),
      (message, at, mask) => {
        const input = concat(p256.sign(message, secret), publicKey);
        input[at] = (input[at] ?? 0) ^ mask;
        const answers = implementations.map(([, verify]) =>
          verify("P-256", input.slice(64), message, input.slice(0, 64)),
        );
        expect(answers).toEqual([mask === 0, mask === 0]);
      },
    ),
    { numRuns: 60 },
  );
});
