/**
 * The key on its way from one process to another: AES-256-GCM under HKDF-SHA256 of their X25519
 * secret, with the transcript of the hand-over as salt and as associated data, so that a box opens
 * in no other hand-over. Layout: nonce of 12 bytes, ciphertext of 32, tag of 16.
 */
import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from "node:crypto";
import { RefusedError } from "@pdiem/bridge/error";
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { BOX_LENGTH } from "../wire/handover.js";
import { withSharedSecret } from "./shared-secret.js";

const CIPHER = "aes-256-gcm";
const INFO = utf8("pdiem/handover-box/v1");
const NONCE_LENGTH = 12;
const SEED_LENGTH = 32;
const TAG_LENGTH = 16;

/** Who shares a box, and in which hand-over. */
export interface Channel {
  /** X25519, of this process. */
  readonly own: KeyObject;
  /** X25519 public key of the other side's process, 32 bytes. */
  readonly theirs: Uint8Array;
  /** Hash of the transcript, 32 bytes. */
  readonly transcript: Uint8Array;
}

const withKey = <T>({ own, theirs, transcript }: Channel, body: (key: Uint8Array) => T): T =>
  withSharedSecret(own, theirs, (secret) => {
    const key = new Uint8Array(hkdfSync("sha256", secret, transcript, INFO, 32));
    try {
      return body(key);
    } finally {
      key.fill(0);
    }
  });

/**
 * @param seed of the key, 32 bytes, which the caller keeps and wipes
 * @throws RefusedError `refused/handover-weak-key`
 */
export const sealBox = (channel: Channel, seed: Uint8Array): Uint8Array =>
  withKey(channel, (key) => {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH }).setAAD(channel.transcript);
    return concat(nonce, cipher.update(seed), cipher.final(), cipher.getAuthTag());
  });

const refuse = (cause?: unknown): never => {
  throw new RefusedError(
    "refused/handover-box",
    "expected a box for this process and this hand-over: it was changed, or is another one's",
    "never",
    { cause },
  );
};

/**
 * The seed in the box, in a buffer of its own that the caller wipes.
 * @throws RefusedError `refused/handover-box`, `refused/handover-weak-key`
 */
export const openBox = (channel: Channel, box: Uint8Array): Uint8Array =>
  withKey(channel, (key) => {
    if (box.length !== BOX_LENGTH) return refuse();
    const tagAt = NONCE_LENGTH + SEED_LENGTH;
    const decipher = createDecipheriv(CIPHER, key, box.subarray(0, NONCE_LENGTH), { authTagLength: TAG_LENGTH })
      .setAAD(channel.transcript)
      .setAuthTag(box.subarray(tagAt));
    const plain = decipher.update(box.subarray(NONCE_LENGTH, tagAt));
    try {
      decipher.final();
      return new Uint8Array(plain);
    } catch (cause) {
      return refuse(cause);
    } finally {
      plain.fill(0);
    }
  });
