/**
 * AES-256-GCM with nonces of 12 and tags of 16 bytes, both handled by the caller as part of its
 * layout.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { concat } from "@pdiem/light-client/bytes";

const CIPHER = "aes-256-gcm";
export const NONCE_LENGTH = 12;
export const TAG_LENGTH = 16;

/** What both sides know: a key of 32 bytes, the nonce, and the associated data. */
export interface GcmContext {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly bound: Uint8Array;
}

/** @returns ciphertext and tag, one after the other */
export const encryptGcm = ({ key, nonce, bound }: GcmContext, plain: Uint8Array): Uint8Array => {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH }).setAAD(bound);
  return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
};

/**
 * Decrypts what `encryptGcm` made, into a buffer of its own that the caller wipes. What isn't
 * genuine is wiped here.
 * @param refuse makes the error for it
 */
export const decryptGcm = (
  { key, nonce, bound }: GcmContext,
  encrypted: Uint8Array,
  refuse: (cause: unknown) => Error,
): Uint8Array => {
  const tagAt = encrypted.length - TAG_LENGTH;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH })
    .setAAD(bound)
    .setAuthTag(encrypted.subarray(tagAt));
  const plain = decipher.update(encrypted.subarray(0, tagAt));
  try {
    decipher.final();
    return new Uint8Array(plain);
  } catch (cause) {
    throw refuse(cause);
  } finally {
    plain.fill(0);
  }
};
