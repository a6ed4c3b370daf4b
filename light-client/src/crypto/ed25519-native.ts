import { concat, fromHex } from "../bytes.js";
import type { Ed25519Backend } from "./ed25519-backend.js";
import { nodeCrypto } from "./platform.js";

// RFC 8410: everything of an Ed25519 key's DER before its 32 bytes.
const SPKI_PREFIX = fromHex("302a300506032b6570032100");
const PKCS8_PREFIX = fromHex("302e020100300506032b657004220420");

const create = (crypto: typeof import("node:crypto")): Ed25519Backend => {
  const privateKey = (seed: Uint8Array) =>
    crypto.createPrivateKey({ key: Buffer.from(concat(PKCS8_PREFIX, seed)), format: "der", type: "pkcs8" });
  return {
    publicKeyOf: (seed) => {
      const spki = crypto.createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" });
      return new Uint8Array(spki.subarray(SPKI_PREFIX.length));
    },
    sign: (seed, message) => new Uint8Array(crypto.sign(null, message, privateKey(seed))),
    verifier: (publicKey) => {
      const key = crypto.createPublicKey({
        key: Buffer.from(concat(SPKI_PREFIX, publicKey)),
        format: "der",
        type: "spki",
      });
      return (message, signature) => crypto.verify(null, message, key, signature);
    },
  };
};

/** Ed25519 by the platform's OpenSSL; undefined where there is none. */
export const native: Ed25519Backend | undefined = nodeCrypto === undefined ? undefined : create(nodeCrypto);
