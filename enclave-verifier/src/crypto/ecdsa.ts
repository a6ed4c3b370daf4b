import { p256, p384 } from "@noble/curves/nist.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { nodeCrypto } from "@pdiem/light-client/crypto/platform";

/** The curves of attestation, each with its own hash function: P-256 with SHA-256, P-384 with SHA-384. */
export type Curve = "P-256" | "P-384";

/**
 * True for a signature of `message` by `point`. False, never an exception, for keys off the curve and for r or s out of range.
 * Either s of a signature passes: attestation keys sign with high ones, too.
 * @param point uncompressed, 65 or 97 bytes
 * @param signature r ‖ s, big endian, 64 or 96 bytes
 */
export type EcdsaVerify = (curve: Curve, point: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

const NOBLE = {
  "P-256": { curve: p256, hash: sha256, point: 65, signature: 64 },
  "P-384": { curve: p384, hash: sha384, point: 97, signature: 96 },
} as const;

const fits = (curve: Curve, point: Uint8Array, signature: Uint8Array): boolean =>
  point.length === NOBLE[curve].point && point[0] === 4 && signature.length === NOBLE[curve].signature;

/** By noble: for platforms without `node:crypto`. */
export const portableEcdsaVerify: EcdsaVerify = (name, point, message, signature) => {
  if (!fits(name, point, signature)) return false;
  const { curve, hash } = NOBLE[name];
  try {
    return curve.verify(signature, hash(message), point, { lowS: false, prehash: false });
  } catch {
    return false;
  }
};

// RFC 5480: everything of a key's DER before its point.
const SPKI_PREFIX: Readonly<Record<Curve, Uint8Array>> = {
  "P-256": fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
  "P-384": fromHex("3076301006072a8648ce3d020106052b81040022036200"),
};

const create =
  (crypto: typeof import("node:crypto")): EcdsaVerify =>
  (curve, point, message, signature) => {
    if (!fits(curve, point, signature)) return false;
    const spki = Buffer.from(concat(SPKI_PREFIX[curve], point));
    try {
      const key = crypto.createPublicKey({ key: spki, format: "der", type: "spki" });
      const hash = curve === "P-256" ? "sha256" : "sha384";
      return crypto.verify(hash, message, { key, dsaEncoding: "ieee-p1363" }, signature);
    } catch {
      return false;
    }
  };

/** By the platform's OpenSSL; undefined where there is none. */
export const nativeEcdsaVerify: EcdsaVerify | undefined = nodeCrypto === undefined ? undefined : create(nodeCrypto);

export const verifyEcdsa: EcdsaVerify = nativeEcdsaVerify ?? portableEcdsaVerify;
