import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ed25519 as chosen } from "#ed25519";
import { concat, fromHex, toHex, utf8 } from "../bytes.js";
import { isPoint } from "./curve25519-point.js";
import { isValidPublicKey, isValidSignature, publicKeyOf, sign, verifyStrict } from "./ed25519.js";
import { ed25519 as native } from "./ed25519-native.js";
import { ed25519 as portable } from "./ed25519-portable.js";
import { isSmallOrder } from "./small-order.js";

const { Point } = ed25519;
const L = Point.Fn.ORDER;

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.slice().reverse())}`);
const scalarBytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, "0")).reverse();

const seed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
const publicKey = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
const message = utf8("strict");
const signature = sign(seed, message);

/**
 * A valid signature by `[a]B + keyShift` whose R is `[7]B + nonceShift`; both shifts of small
 * order.
 */
const signShifted = (keyShift: InstanceType<typeof Point>, nonceShift: InstanceType<typeof Point>) => {
  const a = 123456789n;
  const key = Point.BASE.multiply(a).add(keyShift).toBytes();
  const nonce = Point.BASE.multiply(7n).add(nonceShift).toBytes();
  const k = littleEndian(sha512(concat(nonce, key, message))) % L;
  return { key, signature: concat(nonce, scalarBytes((7n + k * a) % L)) };
};

const torsion = Point.fromBytes(fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));

describe("keys and signatures", () => {
  test("are those of RFC 8032", () => {
    expect(toHex(publicKeyOf(seed))).toBe(toHex(publicKey));
    expect(toHex(sign(seed, new Uint8Array()))).toBe(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
  });

  test("are the same natively and portably", () => {
    expect(chosen).toBe(native);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 300 }),
        (anySeed, text) => {
          const signer = portable.signer(anySeed);
          const [key, signed] = [signer.publicKey(), signer.sign(text)];
          expect(native.signer(anySeed).publicKey()).toEqual(key);
          expect(native.signer(anySeed).sign(text)).toEqual(signed);
          expect(native.verifier(key).verify(text, signed)).toBe(true);
          expect(portable.verifier(key).verify(text, signed)).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("strict verification", () => {
  test("accepts an honest signature, whichever implementation made it", () => {
    expect(verifyStrict(publicKey, message, signature)).toBe(true);
    expect(verifyStrict(publicKey, message, portable.signer(seed).sign(message))).toBe(true);
  });

  test("rejects the signature with any bit flipped, in both implementations alike", () => {
    for (let bit = 0; bit < 512; bit += 7) {
      const changed = signature.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyStrict(publicKey, message, changed)).toBe(false);
      if (bit % 35 === 0 && isValidSignature(changed))
        expect(portable.verifier(publicKey).verify(message, changed)).toBe(false);
    }
  });

  test("rejects another message and another key", () => {
    expect(verifyStrict(publicKey, utf8("other"), signature)).toBe(false);
    expect(verifyStrict(publicKeyOf(new Uint8Array(32)), message, signature)).toBe(false);
  });

  test("rejects S plus the group's order, which satisfies the same equation", () => {
    const malleated = concat(signature.subarray(0, 32), scalarBytes(littleEndian(signature.subarray(32)) + L));
    expect(isValidSignature(malleated)).toBe(false);
    expect(verifyStrict(publicKey, message, malleated)).toBe(false);
  });

  test("takes S = L - 1 for well-formed, S = L not", () => {
    expect(isValidSignature(concat(new Uint8Array(32), scalarBytes(L - 1n)))).toBe(true);
    expect(isValidSignature(concat(new Uint8Array(32), scalarBytes(L)))).toBe(false);
  });

  test("rejects a small-order R though the equation holds", () => {
    const clamped = (littleEndian(sha512(seed).slice(0, 32)) & ((1n << 254n) - 8n)) | (1n << 254n);
    const nonce = Point.ZERO.toBytes();
    const k = littleEndian(sha512(concat(nonce, publicKey, message))) % L;
    const forged = concat(nonce, scalarBytes((k * clamped) % L));
    expect(portable.verifier(publicKey).verify(message, forged)).toBe(true);
    expect(verifyStrict(publicKey, message, forged)).toBe(false);
  });

  test("doesn't multiply by the cofactor: a torsion part in R makes a signature invalid", () => {
    const { key, signature: shifted } = signShifted(Point.ZERO, torsion);
    expect(ed25519.verify(shifted, message, key)).toBe(true);
    expect(verifyStrict(key, message, shifted)).toBe(false);
    expect(portable.verifier(key).verify(message, shifted)).toBe(false);
  });

  test("answers alike in both implementations for keys with a torsion part", () => {
    for (const shift of [torsion, torsion.double(), Point.ZERO]) {
      const { key, signature: shifted } = signShifted(shift, Point.ZERO);
      expect(verifyStrict(key, message, shifted)).toBe(portable.verifier(key).verify(message, shifted));
    }
  });

  test("returns false, and never throws, for any bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array(),
        fc.uint8Array({ maxLength: 80 }),
        (key, text, sig) => {
          expect(verifyStrict(key, text, sig)).toBe(false);
        },
      ),
    );
    const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const anySignature = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(anyKey, anySignature, (key, sig) => {
        expect(verifyStrict(key, message, sig)).toBe(false);
      }),
    );
    expect(portable.verifier(publicKey).verify(message, new Uint8Array(64))).toBe(false);
  });
});

describe("public keys", () => {
  test("and signatures stay as they are, also in a Buffer, whose slices are views", () => {
    for (const first of [0x00, 0x01, 0x26, 0xc7, 0xec, 0xed, 0xee]) {
      const given = Buffer.alloc(64, 0xff);
      given[0] = first;
      const before = given.toString("hex");
      expect(isSmallOrder(given)).toBe(false);
      expect(given.toString("hex")).toBe(before);
    }
  });

  test("of small order are invalid in each of their fourteen encodings", () => {
    const points = Array.from({ length: 8 }, (_, i) => torsion.multiplyUnsafe(BigInt(i)).toBytes());
    for (const encoding of points) {
      expect(isSmallOrder(encoding)).toBe(true);
      expect(isPoint(encoding)).toBe(true);
      expect(isValidPublicKey(encoding)).toBe(false);
    }
    for (const y of ["01", "ec", "ed", "ee"]) {
      const encoding = fromHex(y === "01" ? `01${"00".repeat(31)}` : `${y}${"ff".repeat(30)}7f`);
      const negative = encoding.slice();
      negative[31] = (negative[31] ?? 0) | 0x80;
      expect([isValidPublicKey(encoding), isValidPublicKey(negative)]).toEqual([false, false]);
    }
  });

  test("are points exactly where noble finds a root", () => {
    const isNoblePoint = (encoding: Uint8Array): boolean => {
      try {
        Point.fromBytes(encoding, true);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (encoding) => {
        expect(isPoint(encoding)).toBe(isNoblePoint(encoding));
      }),
    );
    const nonCanonical = Array.from({ length: 19 }, (_, i) => scalarBytes(2n ** 255n - 19n + BigInt(i)));
    for (const encoding of nonCanonical) expect(isPoint(encoding)).toBe(isNoblePoint(encoding));
  });
});
