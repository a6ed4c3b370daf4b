import { concat, fromHex } from "@pdiem/light-client/bytes";
import { nodeCrypto } from "@pdiem/light-client/crypto/platform";
import type { Curve, EcdsaVerify } from "./ecdsa.js";

// RFC 5480: everything of a key's SubjectPublicKeyInfo before x ‖ y.
const SPKI_PREFIX: Readonly<Record<Curve, Uint8Array>> = {
  "P-256": fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"),
  "P-384": fromHex("3076301006072a8648ce3d020106052b8104002203620004"),
};
const KEY_LENGTH: Readonly<Record<Curve, number>> = { "P-256": 64, "P-384": 96 };
const HASH: Readonly<Record<Curve, string>> = { "P-256": "sha256", "P-384": "sha384" };

const create =
  (crypto: typeof import("node:crypto")): EcdsaVerify =>
  (curve, publicKey, message, signature) => {
    if (publicKey.length !== KEY_LENGTH[curve] || signature.length !== KEY_LENGTH[curve]) return false;
    try {
      const key = crypto.createPublicKey({
        key: Buffer.from(concat(SPKI_PREFIX[curve], publicKey)),
        format: "der",
        type: "spki",
      });
      return crypto.verify(HASH[curve], message, { key, dsaEncoding: "ieee-p1363" }, signature);
    } catch {
      // OpenSSL throws for a point that isn't on the curve.
      return false;
    }
  };

/** ECDSA by the platform's OpenSSL; undefined where there is none. */
export const native: EcdsaVerify | undefined = nodeCrypto === undefined ? undefined : create(nodeCrypto);
