import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, utf8 } from "../bytes.js";
import { cofactoredSignature } from "../polkadot/testing/cofactored-signature.js";
import { flipBit } from "../polkadot/testing/flip-bit.js";
import { publicKeyOf, sign } from "./ed25519.js";
import { verifyZip215 } from "./zip215.js";

const message = utf8("Zcash");

/** Encodings of small order, and y of p or more: what ZIP 215 takes and RFC 8032 doesn't. */
const oddEncodings = [
  ...["00", "01", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"],
  ...["c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", `ec${"ff".repeat(30)}7f`],
  ...Array.from({ length: 19 }, (_, i) => `${(0xed + i).toString(16)}${"ff".repeat(30)}7f`),
].flatMap((hex) => {
  const encoding = fromHex(hex.padEnd(64, "0"));
  return [encoding, concat(encoding.subarray(0, 31), Uint8Array.of((encoding[31] ?? 0) ^ 0x80))];
});

describe("ZIP 215", () => {
  test("takes S = 0 with R and key of small order, in all their encodings", () => {
    const neutral = fromHex("01".padEnd(64, "0"));
    const answers = oddEncodings.flatMap((encoding) => {
      const [asKey, asNonce] = [concat(neutral, new Uint8Array(32)), concat(encoding, new Uint8Array(32))];
      return [verifyZip215(encoding, message, asKey), verifyZip215(neutral, message, asNonce)];
    });
    // There are 14 encodings of the 8 points of small order.
    expect(answers.filter((valid) => valid)).toHaveLength(2 * 14);
  });

  test("takes signatures with and without a part of small order, whole and not changed", () => {
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const flips = fc.option(fc.tuple(fc.constantFrom("key", "signature"), fc.nat(255)), { nil: undefined });
    fc.assert(
      fc.property(seeds, fc.uint8Array({ maxLength: 100 }), fc.boolean(), flips, (seed, text, cofactored, flip) => {
        const signature = cofactored ? cofactoredSignature(seed, text) : sign(seed, text);
        const key = publicKeyOf(seed);
        const given = [
          flip?.[0] === "key" ? flipBit(key, flip[1]) : key,
          text,
          flip?.[0] === "signature" ? flipBit(signature, flip[1] * 2) : signature,
        ] as const;
        expect(verifyZip215(...given)).toBe(flip === undefined);
      }),
      { numRuns: 60 },
    );
  });

  test("never throws, whatever the lengths", () => {
    const key = publicKeyOf(new Uint8Array(32));
    const signature = sign(new Uint8Array(32), message);
    for (const length of [0, 31, 33])
      expect(verifyZip215(concat(key, Uint8Array.of(0)).subarray(0, length), message, signature)).toBe(false);
    for (const length of [0, 63, 65])
      expect(verifyZip215(key, message, concat(signature, Uint8Array.of(0)).subarray(0, length))).toBe(false);
  });
});
