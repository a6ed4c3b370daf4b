import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { concat, fromHex } from "../bytes.js";
import type { Ed25519Backend } from "./ed25519-backend.js";

// RFC 8410: everything of an Ed25519 key's DER before its 32 bytes.
const SPKI_PREFIX = fromHex("302a300506032b6570032100");
const PKCS8_PREFIX = fromHex("302e020100300506032b657004220420");

/** Ed25519 by OpenSSL. */
export const ed25519: Ed25519Backend = {
  signer: (seed) => {
    const key = createPrivateKey({ key: Buffer.from(concat(PKCS8_PREFIX, seed)), format: "der", type: "pkcs8" });
    let spki: Buffer | undefined;
    return {
      publicKey: () => {
        spki ??= createPublicKey(key).export({ format: "der", type: "spki" });
        return new Uint8Array(spki.subarray(SPKI_PREFIX.length));
      },
      sign: (message) => new Uint8Array(sign(null, message, key)),
    };
  },
  verifier: (publicKey) => {
    // As JWK, it is imported in a seventh of the time that DER takes.
    const x = Buffer.from(publicKey).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return {
      verify: (message, signature) => verify(null, message, key, signature),
      verifyAhead: (message, signature, tell) =>
        verify(null, message, key, signature, (error, valid) => tell(error === null && valid)),
    };
  },
};
