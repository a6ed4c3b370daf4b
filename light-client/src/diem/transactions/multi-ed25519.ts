/** Signatures of k of n Ed25519 keys. Source: crypto/crypto/src/multi_ed25519.rs. */
import { concat } from "../../bytes.js";
import { bytes, type Codec, mapped } from "../../codec/bcs.js";
import {
  isValidPublicKey,
  isValidSignature,
  PUBLIC_KEY_LENGTH,
  SIGNATURE_LENGTH,
  sign,
  verifyStrict,
} from "../../crypto/ed25519.js";
import { DecodeError, ProofError } from "../../error.js";

export const MAX_MULTI_ED25519_KEYS = 32;

const BITMAP_LENGTH = 4;

/** 1 to 32 keys, of which `threshold` must sign. */
export interface MultiEd25519PublicKey {
  readonly publicKeys: readonly Uint8Array[];
  readonly threshold: number;
}

/**
 * Pairs of a key's index (0 to 31) and its signature, in increasing order of the index; at least
 * one.
 */
export type MultiEd25519Signature = readonly (readonly [index: number, signature: Uint8Array])[];

const pieces = (input: Uint8Array, length: number): readonly Uint8Array[] =>
  Array.from({ length: Math.floor(input.length / length) }, (_, i) => input.subarray(i * length, (i + 1) * length));

/** @throws DecodeError `decode/public-key` */
export const parseMultiEd25519PublicKey = (input: Uint8Array): MultiEd25519PublicKey => {
  const publicKeys = pieces(input, PUBLIC_KEY_LENGTH);
  const threshold = input[input.length - 1];
  if (
    input.length % PUBLIC_KEY_LENGTH !== 1 ||
    publicKeys.length === 0 ||
    publicKeys.length > MAX_MULTI_ED25519_KEYS ||
    !publicKeys.every(isValidPublicKey)
  )
    throw new DecodeError(
      "decode/public-key",
      `expected 1 to ${MAX_MULTI_ED25519_KEYS} valid Ed25519 keys and a threshold, got ${input.length} bytes`,
    );
  if (threshold === undefined || threshold === 0 || threshold > publicKeys.length)
    throw new DecodeError(
      "decode/public-key",
      `expected a threshold of 1 to ${publicKeys.length} keys, got ${threshold}`,
    );
  return { publicKeys, threshold };
};

/** Writes the keys one after the other, then the threshold as one byte. */
export const formatMultiEd25519PublicKey = (key: MultiEd25519PublicKey): Uint8Array =>
  concat(...key.publicKeys, Uint8Array.of(key.threshold));

/**
 * Indices of the bits set in the 4-byte bitmap, where index 0 is the highest bit of the first
 * byte.
 */
export const setBits = (bitmap: Uint8Array): readonly number[] =>
  Array.from({ length: 8 * bitmap.length }, (_, i) => i).filter(
    (i) => ((bitmap[i >> 3] as number) & (0x80 >> (i & 7))) !== 0,
  );

/** @throws DecodeError `decode/signature` */
export const parseMultiEd25519Signature = (input: Uint8Array): MultiEd25519Signature => {
  const signatures = pieces(input, SIGNATURE_LENGTH);
  if (
    input.length % SIGNATURE_LENGTH !== BITMAP_LENGTH ||
    signatures.length === 0 ||
    signatures.length > MAX_MULTI_ED25519_KEYS ||
    !signatures.every(isValidSignature)
  )
    throw new DecodeError(
      "decode/signature",
      `expected 1 to ${MAX_MULTI_ED25519_KEYS} canonical signatures and a ${BITMAP_LENGTH}-byte bitmap, got ${input.length} bytes`,
    );
  const indices = setBits(input.subarray(input.length - BITMAP_LENGTH));
  if (indices.length !== signatures.length)
    throw new DecodeError(
      "decode/signature",
      `expected as many bits as signatures, got ${indices.length} and ${signatures.length}`,
    );
  return indices.map((index, i) => [index, signatures[i] as Uint8Array] as const);
};

/** Writes the signatures in the order of their keys, then the bitmap. */
export const formatMultiEd25519Signature = (signature: MultiEd25519Signature): Uint8Array => {
  const sorted = [...signature].sort(([a], [b]) => a - b);
  const bitmap = new Uint8Array(BITMAP_LENGTH);
  for (const [index] of sorted) {
    if (!Number.isInteger(index) || index < 0 || index >= MAX_MULTI_ED25519_KEYS)
      throw new RangeError(`expected a key's index below ${MAX_MULTI_ED25519_KEYS}, got ${index}`);
    bitmap[index >> 3] = (bitmap[index >> 3] as number) | (0x80 >> (index & 7));
  }
  return concat(...sorted.map(([, piece]) => piece), bitmap);
};

/** Behind its length. */
export const multiEd25519PublicKey: Codec<MultiEd25519PublicKey> = mapped(
  bytes(MAX_MULTI_ED25519_KEYS * PUBLIC_KEY_LENGTH + 1),
  parseMultiEd25519PublicKey,
  formatMultiEd25519PublicKey,
);

/** Behind its length. */
export const multiEd25519Signature: Codec<MultiEd25519Signature> = mapped(
  bytes(MAX_MULTI_ED25519_KEYS * SIGNATURE_LENGTH + BITMAP_LENGTH),
  parseMultiEd25519Signature,
  formatMultiEd25519Signature,
);

/** @param signers pairs of a key's index and its 32-byte seed */
export const signMultiEd25519 = (
  signers: readonly (readonly [index: number, seed: Uint8Array])[],
  message: Uint8Array,
): MultiEd25519Signature =>
  [...signers].sort(([a], [b]) => a - b).map(([index, seed]) => [index, sign(seed, message)] as const);

/**
 * Verifies signatures. Every signature given must be valid, not only enough of them. An index
 * without a key is refused; upstream panics.
 * @throws ProofError `proof/signature`
 */
export const verifyMultiEd25519 = (
  key: MultiEd25519PublicKey,
  message: Uint8Array,
  signature: MultiEd25519Signature,
): void => {
  if (signature.length < key.threshold)
    throw new ProofError("proof/signature", `expected ${key.threshold} signatures, got ${signature.length}`);
  let next = 0;
  for (const [index, piece] of signature) {
    const publicKey = key.publicKeys[index];
    if (publicKey === undefined)
      throw new ProofError("proof/signature", `expected signers below index ${key.publicKeys.length}, got ${index}`);
    if (index < next)
      throw new ProofError("proof/signature", `expected signers in increasing order, got ${index} again or too late`);
    if (!verifyStrict(publicKey, message, piece))
      throw new ProofError("proof/signature", `expected a valid signature of key ${index}`);
    next = index + 1;
  }
};
