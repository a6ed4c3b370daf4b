import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { toHex } from "@pdiem/light-client/bytes";
import { type Cache, createCache } from "../bounded-cache.js";
import type { Curve, EcdsaVerify } from "./ecdsa-verify.js";

const KEY_LENGTH: Readonly<Record<Curve, number>> = { "P-256": 64, "P-384": 96 };
const HASH: Readonly<Record<Curve, string>> = { "P-256": "sha256", "P-384": "sha384" };

// OpenSSL takes longer to see that a key is on its curve than to verify with it.
const parsedKeys: Cache<KeyObject> = createCache(256);

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

// OpenSSL is quicker to take a key's coordinates than to find them in DER.
const parse = (curve: Curve, publicKey: Uint8Array): KeyObject => {
  const [x, y] = [publicKey.subarray(0, publicKey.length / 2), publicKey.subarray(publicKey.length / 2)];
  return createPublicKey({ key: { kty: "EC", crv: curve, x: base64Url(x), y: base64Url(y) }, format: "jwk" });
};

/** ECDSA by OpenSSL. */
export const verifyEcdsa: EcdsaVerify = (curve, publicKey, message, signature) => {
  if (publicKey.length !== KEY_LENGTH[curve] || signature.length !== KEY_LENGTH[curve]) return false;
  try {
    const key = parsedKeys(toHex(publicKey), () => parse(curve, publicKey));
    return verify(HASH[curve], message, { key, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    // OpenSSL throws for a point that isn't on the curve.
    return false;
  }
};
