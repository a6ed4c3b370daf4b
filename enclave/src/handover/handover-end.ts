/**
 * One end of hand-overs (PROTOCOL 7): an X25519 key and a secret for challenges. A restart voids
 * neither once they are sealed.
 */
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { type Decoded, fixedBytes, struct } from "@pdiem/light-client/codec/bcs";
import { createNonces, type Nonces } from "./nonces.js";

export const endSecrets = struct({
  /** X25519's private key. */
  key: fixedBytes(32),
  /** What challenges are made with. */
  challenges: fixedBytes(32),
});
export type EndSecrets = Decoded<typeof endSecrets>;

export interface HandoverEnd {
  /** X25519, 32 bytes: a custody key encrypted to it reaches this enclave or nobody. */
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
  readonly challenges: Nonces;
  /** Lends the secrets for the time of a call, which mustn't keep them. */
  readonly withSecrets: <T>(body: (secrets: EndSecrets) => T) => T;
}

/** RFC 8410: what stands before an X25519 key in PKCS #8. */
const PKCS8_PREFIX = fromHex("302e020100300506032b656e04220420");

/** Takes over the secrets, which belong to the end from now on. */
export const handoverEndOf = (secrets: EndSecrets): HandoverEnd => {
  const der = Buffer.from(concat(PKCS8_PREFIX, secrets.key));
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  return {
    publicKey: new Uint8Array(Buffer.from(x, "base64url")),
    privateKey,
    challenges: createNonces(secrets.challenges),
    withSecrets: (body) => body(secrets),
  };
};

/** Makes an end with the platform's own generator. */
export const makeHandoverEnd = (): HandoverEnd =>
  handoverEndOf({ key: new Uint8Array(randomBytes(32)), challenges: new Uint8Array(randomBytes(32)) });
