/**
 * Ed25519 by Diem's strict rules. The equation has no cofactor, no public key or R is of small
 * order, and S is below the group's order. Source: diem/diem crypto/crypto/src/ed25519.rs;
 * `verify_strict` of ed25519-dalek 1.0.1.
 */
import { ed25519 } from "#ed25519";
import { fromHex, toHex } from "../bytes.js";
import { isPoint } from "./curve25519-point.js";
import { isSmallOrder } from "./small-order.js";

export const PUBLIC_KEY_LENGTH = 32;
export const SIGNATURE_LENGTH = 64;
export const SEED_LENGTH = 32;

type Verifier = (message: Uint8Array, signature: Uint8Array) => boolean;

interface ParsedKey {
  readonly valid: boolean;
  verifier: Verifier | undefined;
}

// Enough for a page of epoch changes whose validators all differ. Older keys go all at once when
// there are twice as many: taking the oldest out of a Map means going past all that were taken out
// before it.
const CACHED_KEYS = 1 << 14;
let recentKeys = new Map<string, ParsedKey>();
let olderKeys: ReadonlyMap<string, ParsedKey> = new Map();

const parse = (publicKey: Uint8Array): ParsedKey => {
  const name = toHex(publicKey);
  const known = recentKeys.get(name);
  if (known !== undefined) return known;
  const parsed = olderKeys.get(name) ?? { valid: !isSmallOrder(publicKey) && isPoint(publicKey), verifier: undefined };
  if (recentKeys.size >= CACHED_KEYS) {
    olderKeys = recentKeys;
    recentKeys = new Map();
  }
  recentKeys.set(name, parsed);
  return parsed;
};

/** Tells whether 32 bytes decompress to a point of the curve which isn't of small order. */
export const isValidPublicKey = (publicKey: Uint8Array): boolean =>
  publicKey.length === PUBLIC_KEY_LENGTH && parse(publicKey).valid;

// 2^252 + 27742317777372353535851937790883648493, little endian.
const GROUP_ORDER = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", 32);

/**
 * Tells whether it is 64 bytes whose second half is a scalar below the group's order. So nobody can
 * vary a signature.
 */
export const isValidSignature = (signature: Uint8Array): boolean => {
  if (signature.length !== SIGNATURE_LENGTH) return false;
  for (let i = 31; i >= 0; i--) {
    const difference = (signature[32 + i] as number) - (GROUP_ORDER[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
};

/**
 * Tells whether the signature is valid by the strict rules above. Never throws, whatever the input.
 * An R encoded with y of p or more is refused, which dalek would decompress. Nobody can make a
 * signature with one, as no discrete logarithm of such a point is known.
 */
export const verifyStrict = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  if (publicKey.length !== PUBLIC_KEY_LENGTH || !isValidSignature(signature)) return false;
  const key = parse(publicKey);
  if (!key.valid || isSmallOrder(signature.subarray(0, 32))) return false;
  key.verifier ??= ed25519.verifier(Uint8Array.from(publicKey));
  return key.verifier(message, signature);
};

/** @param seed the 32 bytes of an RFC 8032 private key */
export const publicKeyOf = (seed: Uint8Array): Uint8Array => ed25519.publicKeyOf(seed);

/**
 * Makes the deterministic signature of RFC 8032, 64 bytes.
 * @param seed as for `publicKeyOf`
 */
export const sign = (seed: Uint8Array, message: Uint8Array): Uint8Array => ed25519.sign(seed, message);
