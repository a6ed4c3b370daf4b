/** X25519 (RFC 7748) between this process and another one. */
import { createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { RefusedError } from "@pdiem/bridge/error";
import { isZero } from "@pdiem/light-client/bytes";

const KEY_LENGTH = 32;

const publicKeyOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({
    format: "jwk",
    key: { kty: "OKP", crv: "X25519", x: Buffer.from(bytes).toString("base64url") },
  });

const refuse = (cause?: unknown): never => {
  throw new RefusedError(
    "refused/handover-weak-key",
    "expected an X25519 key of 32 bytes that gives a shared secret, got one of small order or of another length",
    "never",
    { cause },
  );
};

const derive = (own: KeyObject, theirs: Uint8Array): Buffer => {
  try {
    return diffieHellman({ privateKey: own, publicKey: publicKeyOf(theirs) });
  } catch (cause) {
    return refuse(cause);
  }
};

/**
 * Lends the 32 secret bytes for the time of a call, and wipes them.
 * @param theirs public key, 32 bytes
 * @throws RefusedError `refused/handover-weak-key` for a key of small order: any process would
 * share that secret
 */
export const withSharedSecret = <T>(own: KeyObject, theirs: Uint8Array, body: (secret: Uint8Array) => T): T => {
  if (theirs.length !== KEY_LENGTH) return refuse();
  const secret = derive(own, theirs);
  try {
    return isZero(secret) ? refuse() : body(secret);
  } finally {
    secret.fill(0);
  }
};
