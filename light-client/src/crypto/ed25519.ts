/**
 * Ed25519 by Diem's strict rules. The equation has no cofactor, and no public key or R is of small
 * order. S is below the group's order. Source: diem/diem crypto/crypto/src/ed25519.rs;
 * `verify_strict` of ed25519-dalek 1.0.1.
 */
import { ed25519 } from "#ed25519";
import { fromHex, toHex, utf8 } from "../bytes.js";
import { isPoint } from "./curve25519-point.js";
import type { Signer, Verifier } from "./ed25519-backend.js";
import { createRecent } from "./recent.js";
import { sha256 } from "./sha256.js";
import { isSmallOrder } from "./small-order.js";

export type { Signer } from "./ed25519-backend.js";

export const PUBLIC_KEY_LENGTH = 32;
export const SIGNATURE_LENGTH = 64;
export const SEED_LENGTH = 32;

interface ParsedKey {
  readonly bytes: Uint8Array;
  readonly valid: boolean;
  verifier: Verifier | undefined;
}

// Enough for a page of epoch changes whose validators all differ.
const keys = createRecent<ParsedKey>(1 << 14);

const parse = (publicKey: Uint8Array): ParsedKey => {
  const name = toHex(publicKey);
  const known = keys.get(name);
  if (known !== undefined) return known;
  const parsed = {
    bytes: publicKey.slice(),
    valid: !isSmallOrder(publicKey) && isPoint(publicKey),
    verifier: undefined,
  };
  keys.set(name, parsed);
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

/** Gives the key if only the curve's arithmetic is left to check. */
const checkable = (publicKey: Uint8Array, signature: Uint8Array): ParsedKey | undefined => {
  if (publicKey.length !== PUBLIC_KEY_LENGTH || !isValidSignature(signature)) return undefined;
  const key = parse(publicKey);
  return key.valid && !isSmallOrder(signature) ? key : undefined;
};

const verifierOf = (key: ParsedKey): Verifier => {
  key.verifier ??= ed25519.verifier(key.bytes);
  return key.verifier;
};

/** Signatures of one message. */
export interface SignatureBatch {
  readonly message: Uint8Array;
  readonly signatures: readonly (readonly [publicKey: Uint8Array, signature: Uint8Array])[];
}

// Batches that `verifyAhead` has found valid: those of a page of epoch changes, or of a
// justification's votes, which are batches of one.
const foundValid = createRecent<true>(1 << 12);

/**
 * Names a batch by all of it. Lengths are fixed, so the count says where the message ends. It is
 * undefined where a length isn't what it should be.
 */
const nameOf = ({ message, signatures }: SignatureBatch): string | undefined =>
  signatures.every(([key, signature]) => key.length === PUBLIC_KEY_LENGTH && signature.length === SIGNATURE_LENGTH)
    ? toHex(sha256(utf8(`${signatures.length} `), message, ...signatures.flat()))
    : undefined;

const isValid = (message: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean => {
  const key = checkable(publicKey, signature);
  return key !== undefined && verifierOf(key).verify(message, signature);
};

/**
 * Tells whether all signatures are valid by the strict rules above. Never throws, whatever the
 * input. An R encoded with y of p or more is refused, which dalek would decompress. Nobody can make
 * a signature with one, as no discrete logarithm of such a point is known.
 *
 * A batch that `verifyAhead` has found valid isn't computed again.
 */
export const verifyAllStrict = (batch: SignatureBatch): boolean => {
  const name = nameOf(batch);
  if (name === undefined) return false;
  if (foundValid.get(name) === true) return true;
  return batch.signatures.every(([publicKey, signature]) => isValid(batch.message, publicKey, signature));
};

/** Tells whether one signature is valid, as `verifyAllStrict` does. */
export const verifyStrict = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  verifyAllStrict({ message, signatures: [[publicKey, signature]] });

/** @returns whether all are valid, and known as such from then on; false where no thread is free */
const startBatch = (batch: SignatureBatch): Promise<boolean> =>
  new Promise((resolve) => {
    const name = nameOf(batch);
    const isKnown = name !== undefined && foundValid.get(name) === true;
    let open = name === undefined || isKnown ? 0 : batch.signatures.length;
    let valid = open > 0;
    const close = (isGood: boolean): void => {
      valid &&= isGood;
      open -= 1;
      if (open > 0) return;
      if (valid && name !== undefined) foundValid.set(name, true);
      resolve(valid);
    };
    if (open === 0) return resolve(isKnown);
    for (const [publicKey, signature] of batch.signatures) {
      const key = checkable(publicKey, signature);
      const verify = key && verifierOf(key).verifyAhead;
      if (verify === undefined) close(false);
      else verify(batch.message, signature, close);
    }
  });

/** Signatures that are checked at once: all threads are busy while the next are chosen. */
const AT_ONCE = 256;

/**
 * Checks batches on the platform's other threads, so that `verifyAllStrict` needn't. They are asked
 * for one by one, while those before are checked. Where the platform has no such threads, nothing
 * is.
 * @param untilInvalid ends at a batch that isn't valid
 */
export const verifyAhead = async (batches: Iterable<SignatureBatch>, untilInvalid: boolean): Promise<void> => {
  const started: { readonly size: number; readonly done: Promise<boolean> }[] = [];
  let open = 0;
  for (const batch of batches) {
    open += batch.signatures.length;
    started.push({ size: batch.signatures.length, done: startBatch(batch) });
    while (open > AT_ONCE) {
      const first = started.shift();
      if (first === undefined) break;
      if (!(await first.done) && untilInvalid) return;
      open -= first.size;
    }
  }
  for (const { done } of started) await done;
};

/** Imports a key for several uses. @param seed the 32 bytes of an RFC 8032 private key */
export const signerOf = (seed: Uint8Array): Signer => ed25519.signer(seed);

/** @param seed as for `signerOf` */
export const publicKeyOf = (seed: Uint8Array): Uint8Array => signerOf(seed).publicKey();

/**
 * Makes the deterministic signature of RFC 8032, 64 bytes.
 * @param seed as for `signerOf`
 */
export const sign = (seed: Uint8Array, message: Uint8Array): Uint8Array => signerOf(seed).sign(message);
