/**
 * The key on its way from one process to another: AES-256-GCM under HKDF-SHA256 of their X25519
 * secret. The hand-over's transcript is salt and associated data, so a box opens in no other
 * hand-over. Layout: nonce of 12 bytes, ciphertext of 32, tag of 16.
 */
import { hkdfSync, type KeyObject, randomBytes } from "node:crypto";
import { RefusedError } from "@pdiem/bridge/error";
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { decryptGcm, encryptGcm, NONCE_LENGTH } from "../aes-gcm.js";
import { BOX_LENGTH } from "../wire/handover.js";
import { withSharedSecret } from "./shared-secret.js";

const INFO = utf8("pdiem/handover-box/v1");

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
    return concat(nonce, encryptGcm({ key, nonce, bound: channel.transcript }, seed));
  });

const refusal = (cause?: unknown): RefusedError =>
  new RefusedError(
    "refused/handover-box",
    "expected a box for this process and this hand-over: it was changed, or is another one's",
    "never",
    { cause },
  );

/**
 * Opens the seed in the box, in a buffer of its own that the caller wipes.
 * @throws RefusedError `refused/handover-box`, `refused/handover-weak-key`
 */
export const openBox = (channel: Channel, box: Uint8Array): Uint8Array =>
  withKey(channel, (key) => {
    if (box.length !== BOX_LENGTH) throw refusal();
    const nonce = box.subarray(0, NONCE_LENGTH);
    return decryptGcm({ key, nonce, bound: channel.transcript }, box.subarray(NONCE_LENGTH), refusal);
  });
