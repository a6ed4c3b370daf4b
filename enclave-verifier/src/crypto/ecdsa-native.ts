import { toHex } from "@pdiem/light-client/bytes";
import { nodeCrypto } from "@pdiem/light-client/crypto/platform";
import { type Cache, createCache } from "../bounded-cache.js";
import type { Curve, EcdsaVerify } from "./ecdsa-verify.js";

const KEY_LENGTH: Readonly<Record<Curve, number>> = { "P-256": 64, "P-384": 96 };
const HASH: Readonly<Record<Curve, string>> = { "P-256": "sha256", "P-384": "sha384" };

// OpenSSL takes longer to see that a key is on its curve than to verify with it.
const CACHED_KEYS = 256;

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

const create = (crypto: typeof import("node:crypto")): EcdsaVerify => {
  const parsedKeys: Cache<import("node:crypto").KeyObject> = createCache(CACHED_KEYS);
  // OpenSSL is quicker to take a key's coordinates than to find them in DER.
  const parse = (curve: Curve, publicKey: Uint8Array): import("node:crypto").KeyObject => {
    const [x, y] = [publicKey.subarray(0, publicKey.length / 2), publicKey.subarray(publicKey.length / 2)];
    return crypto.createPublicKey({ key: { kty: "EC", crv: curve, x: base64Url(x), y: base64Url(y) }, format: "jwk" });
  };
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
