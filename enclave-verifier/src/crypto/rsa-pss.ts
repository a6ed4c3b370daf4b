import { sha384 } from "@noble/hashes/sha2.js";
import { concat, equal, toHex } from "@pdiem/light-client/bytes";
import { nodeCrypto } from "@pdiem/light-client/crypto/platform";

/** An RSA public key: both numbers big endian, the modulus without leading zeros. */
export interface RsaKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** True for an RSASSA-PSS signature with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes (RFC 8017 8.1.2). Never throws. */
export type RsaPssVerify = (key: RsaKey, message: Uint8Array, signature: Uint8Array) => boolean;

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

/** EMSA-PSS-VERIFY (RFC 8017 9.1.2) for moduli whose highest bit is set, so that one bit is spare. */
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

const fits = ({ modulus, exponent }: RsaKey, signature: Uint8Array): boolean =>
  modulus.length >= 256 &&
  modulus.length <= 512 &&
  (modulus[0] ?? 0) >= 0x80 &&
  asInteger(exponent) === EXPONENT &&
  signature.length === modulus.length;

/** By bigint: for platforms without `node:crypto`. */
export const portableRsaPssVerify: RsaPssVerify = (key, message, signature) => {
  if (!fits(key, signature)) return false;
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

const create =
  (crypto: typeof import("node:crypto")): RsaPssVerify =>
  (key, message, signature) => {
    if (!fits(key, signature)) return false;
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
    try {
      const jwk = { kty: "RSA", n: text(key.modulus), e: text(key.exponent) };
      const padding = crypto.constants.RSA_PKCS1_PSS_PADDING;
      const publicKey = crypto.createPublicKey({ key: jwk, format: "jwk" });
      return crypto.verify("sha384", message, { key: publicKey, padding, saltLength: SALT_LENGTH }, signature);
    } catch {
      return false;
    }
  };

/** By the platform's OpenSSL; undefined where there is none. */
export const nativeRsaPssVerify: RsaPssVerify | undefined = nodeCrypto === undefined ? undefined : create(nodeCrypto);

export const verifyRsaPss: RsaPssVerify = nativeRsaPssVerify ?? portableRsaPssVerify;
