import { createPrivateKey, sign } from "node:crypto";
import { concat, fromHex } from "@pdiem/light-client/bytes";

/** Makes Ed25519 signatures with one key. */
export type Sign = (message: Uint8Array) => Uint8Array;

// RFC 8410: everything of an Ed25519 private key's DER before its 32 bytes.
const PKCS8_PREFIX = fromHex("302e020100300506032b657004220420");

/**
 * Reads the key once: that takes longer than signing, and validators sign every block.
 * @param seed the 32 bytes of an RFC 8032 private key
 */
export const createSigner = (seed: Uint8Array): Sign => {
  const key = createPrivateKey({ key: Buffer.from(concat(PKCS8_PREFIX, seed)), format: "der", type: "pkcs8" });
  return (message) => new Uint8Array(sign(null, message, key));
};
