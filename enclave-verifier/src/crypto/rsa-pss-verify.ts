import { toHex } from "@pdiem/light-client/bytes";

/** An RSA public key: both numbers big endian, the modulus without leading zeros. */
export interface RsaKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/**
 * True for an RSASSA-PSS signature with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes (RFC 8017
 * 8.1.2). Never throws.
 */
export type RsaPssVerify = (key: RsaKey, message: Uint8Array, signature: Uint8Array) => boolean;

const EXPONENT = "010001";

/**
 * Tells whether a key is of 2048 to 4096 bits with the exponent 65537. The signature must be as
 * long as its modulus.
 */
export const fitsRsaPss = ({ modulus, exponent }: RsaKey, signature: Uint8Array): boolean =>
  modulus.length >= 256 &&
  modulus.length <= 512 &&
  (modulus[0] ?? 0) >= 0x80 &&
  toHex(exponent) === EXPONENT &&
  signature.length === modulus.length;
