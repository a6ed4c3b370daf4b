import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, fromHex } from "../../bytes.js";

const { Point } = ed25519;
const TORSION = Point.fromBytes(fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

const signWith = (seed: Uint8Array, message: Uint8Array, nonce: bigint, torsion = Point.ZERO): Uint8Array => {
  const { scalar } = ed25519.utils.getExtendedPublicKey(seed);
  const r = Point.BASE.multiply(nonce).add(torsion).toBytes();
  const challenge = Point.Fn.create(littleEndian(sha512(concat(r, ed25519.getPublicKey(seed), message))));
  const s = Point.Fn.create(nonce + challenge * scalar);
  return concat(
    r,
    Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 0xffn)),
  );
};

/**
 * Makes a signature whose R has a part of order 8: right by the equation with cofactor, wrong
 * without it.
 * @param seed 32 bytes
 */
export const cofactoredSignature = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  signWith(seed, message, 123456789n, TORSION);

/** Makes a valid signature that isn't the one which `sign` makes. */
export const otherSignature = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  signWith(seed, message, 987654321n);
