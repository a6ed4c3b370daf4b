import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { nodeCrypto } from "@pdiem/light-client/crypto/platform";
import { type Cache, createCache } from "../bounded-cache.js";
import type { Curve, EcdsaVerify } from "./ecdsa-verify.js";

// RFC 5480: everything of a key's SubjectPublicKeyInfo before x ‖ y.
const SPKI_PREFIX: Readonly<Record<Curve, Uint8Array>> = {
  "P-256": fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"),
  "P-384": fromHex("3076301006072a8648ce3d020106052b8104002203620004"),
};
const KEY_LENGTH: Readonly<Record<Curve, number>> = { "P-256": 64, "P-384": 96 };
const HASH: Readonly<Record<Curve, string>> = { "P-256": "sha256", "P-384": "sha384" };

// OpenSSL takes longer to see that a key is on its curve than to verify with it.
const CACHED_KEYS = 256;

const create = (crypto: typeof import("node:crypto")): EcdsaVerify => {
  const parsedKeys: Cache<import("node:crypto").KeyObject> = createCache(CACHED_KEYS);
  const parse = (curve: Curve, publicKey: Uint8Array): import("node:crypto").KeyObject =>
    crypto.createPublicKey({
      key: Buffer.from(concat(SPKI_PREFIX[curve], publicKey)),
      format: "der",
      type: "spki",
    });
  return (curve, publicKey, message, signature) => {
    if (publicKey.length !== KEY_LENGTH[curve] || signature.length !== KEY_LENGTH[curve]) return false;
    try {
      const key = parsedKeys(toHex(publicKey), () => parse(curve, publicKey));
      return crypto.verify(HASH[curve], message, { key, dsaEncoding: "ieee-p1363" }, signature);
    } catch {
      // OpenSSL throws for a point that isn't on the curve.
      return false;
    }
  };
};

/** ECDSA by the platform's OpenSSL; undefined where there is none. */
export const native: EcdsaVerify | undefined = nodeCrypto === undefined ? undefined : create(nodeCrypto);
