import { constants, generateKeyPairSync, sign } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyRsaPss as native } from "./rsa-pss-native.js";
import { verifyRsaPss as portable } from "./rsa-pss-portable.js";
import type { RsaKey, RsaPssVerify } from "./rsa-pss-verify.js";

const bytesOf = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? "", "base64url"));

const createSigner = (modulusLength: number, publicExponent = 65537) => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength, publicExponent });
  const { n, e } = publicKey.export({ format: "jwk" });
  const key: RsaKey = { modulus: bytesOf(n), exponent: bytesOf(e) };
  const signWith = (message: Uint8Array, hash = "sha384", saltLength = 48): Uint8Array =>
    new Uint8Array(sign(hash, message, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }));
  const signPkcs1 = (message: Uint8Array): Uint8Array => new Uint8Array(sign("sha384", message, privateKey));
  return { key, sign: signWith, signPkcs1 };
};

const signer = createSigner(2048);
const other = createSigner(2048);
const large = createSigner(4096);
const weak = createSigner(1024);
const withExponent3 = createSigner(2048, 3);
const message = Uint8Array.of(1, 2, 3);
const signature = signer.sign(message);

const implementations: readonly (readonly [string, RsaPssVerify])[] = [
  ["portable", portable],
  ["native", native],
];

describe.each(implementations)("RSASSA-PSS, %s", (_, verify) => {
  test("accepts signatures by keys of 2048 to 4096 bits", () => {
    expect(verify(signer.key, message, signature)).toBe(true);
    expect(verify(large.key, message, large.sign(message))).toBe(true);
  });

  test("refuses another message, another key's signature, another hash, another salt length and another padding", () => {
    expect(verify(signer.key, Uint8Array.of(1, 2, 4), signature)).toBe(false);
    expect(verify(other.key, message, signature)).toBe(false);
    expect(verify(signer.key, message, signer.sign(message, "sha256", 48))).toBe(false);
    expect(verify(signer.key, message, signer.sign(message, "sha384", 32))).toBe(false);
    expect(verify(signer.key, message, signer.sign(message, "sha384", 0))).toBe(false);
    expect(verify(signer.key, message, signer.signPkcs1(message))).toBe(false);
  });

  test("refuses signatures of zeros, of the wrong length, and not below the modulus", () => {
    const { modulus } = signer.key;
    for (const forged of [
      new Uint8Array(256),
      new Uint8Array(256).fill(0xff),
      modulus,
      signature.subarray(1),
      new Uint8Array(),
    ])
      expect(verify(signer.key, message, forged)).toBe(false);
  });

  test("refuses weak and malformed keys", () => {
    for (const { key, sign: signWith } of [weak, withExponent3])
      expect(verify(key, message, signWith(message))).toBe(false);
    for (const key of [
      { modulus: new Uint8Array(256), exponent: signer.key.exponent },
      { modulus: new Uint8Array(), exponent: new Uint8Array() },
      { modulus: signer.key.modulus, exponent: Uint8Array.of(1) },
    ])
      expect(verify(key, message, signature)).toBe(false);
  });

  test("refuses a signature with any bit of it turned", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(7), (at, bit) => {
        const changed = new Uint8Array(signature);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(verify(signer.key, message, changed)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
