import { sha384 } from "@noble/hashes/sha2.js";
import { concat, equal, toHex } from "@pdiem/light-client/bytes";
import { fitsRsaPss, type RsaPssVerify } from "./rsa-pss-verify.js";

const HASH_LENGTH = 48;
const SALT_LENGTH = 48;
const EXPONENT = 65537n;

const asInteger = (bytes: Uint8Array): bigint => BigInt(`0x0${toHex(bytes)}`);

const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
};

const mask = (seed: Uint8Array, length: number): Uint8Array => {
  const blocks: Uint8Array[] = [];
  for (let i = 0; i * HASH_LENGTH < length; i++) blocks.push(sha384(concat(seed, Uint8Array.of(0, 0, 0, i))));
  return concat(...blocks).subarray(0, length);
};

/**
 * EMSA-PSS-VERIFY (RFC 8017 9.1.2) for moduli whose highest bit is set, so that one bit is spare.
 */
const isEncoded = (encoded: Uint8Array, message: Uint8Array): boolean => {
  const split = encoded.length - HASH_LENGTH - 1;
  const hash = encoded.subarray(split, split + HASH_LENGTH);
  if (encoded[encoded.length - 1] !== 0xbc || ((encoded[0] ?? 0xff) & 0x80) !== 0) return false;
  const stream = mask(hash, split);
  const block = encoded.subarray(0, split).map((byte, at) => byte ^ (stream[at] ?? 0));
  block[0] = (block[0] ?? 0) & 0x7f;
  const padding = split - SALT_LENGTH - 1;
  if (block.subarray(0, padding).some((byte) => byte !== 0) || block[padding] !== 1) return false;
  const salt = block.subarray(padding + 1);
  return equal(hash, sha384(concat(new Uint8Array(8), sha384(message), salt)));
};

/** RSASSA-PSS by bigint, for browsers. */
export const verifyRsaPss: RsaPssVerify = (key, message, signature) => {
  if (!fitsRsaPss(key, signature)) return false;
  const modulus = asInteger(key.modulus);
  const number = asInteger(signature);
  if (number >= modulus) return false;
  const digits = power(number, EXPONENT, modulus)
    .toString(16)
    .padStart(2 * signature.length, "0");
  return isEncoded(
    Uint8Array.from({ length: signature.length }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)),
    message,
  );
};
