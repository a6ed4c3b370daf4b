/**
 * FROST(Ed25519, SHA-512) of RFC 9591, by noble, with its secret scalars blinded. Arithmetic on big
 * integers takes time by its operands. So scalars are multiplied, added and subtracted by
 * representatives drawn anew. Multiples of the base point are blinded by noble itself.
 */
import { createFROST, type FROST } from "@noble/curves/abstract/frost.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";

/** The polynomial that one takes part in a key's generation with. */
export type { DKG_Secret as KeyDraft } from "@noble/curves/abstract/frost.js";

const { Point } = ed25519;
const { Fn } = Point;

const MASK_LENGTH = 16;

/** Makes the suite. @param randomBytes the platform's own generator: so many bytes */
export const blindedFrost = (randomBytes: (length: number) => Uint8Array): FROST => {
  const another = (scalar: bigint): bigint => scalar + Fn.ORDER * bytesToNumberLE(randomBytes(MASK_LENGTH));
  const blinded: typeof Fn = Object.create(Fn, {
    mul: { value: (a: bigint, b: bigint): bigint => Fn.create(another(a) * another(b)) },
    add: { value: (a: bigint, b: bigint): bigint => Fn.create(another(a) + another(b)) },
    sub: { value: (a: bigint, b: bigint): bigint => Fn.create(another(a) - another(b)) },
  });
  return createFROST({
    name: "FROST-ED25519-SHA512-v1",
    Point,
    Fn: blinded,
    hash: sha512,
    // RFC 9591: the challenge is hashed as RFC 8032 does.
    H2: "",
  });
};

/**
 * Tells whether bytes are, canonically, a point of the prime-order group, and not the identity.
 */
export const isGroupElement = (bytes: Uint8Array): boolean => {
  try {
    const point = Point.fromBytes(bytes);
    return !point.is0() && point.isTorsionFree();
  } catch {
    return false;
  }
};
