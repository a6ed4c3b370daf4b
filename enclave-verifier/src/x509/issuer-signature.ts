import { isSignedBy as isSignedByEcdsa } from "./ecdsa-signature.js";
import { isRsaKey, isSignedByRsa } from "./rsa-pss-signature.js";
import type { SignedObject } from "./signed-object.js";

/**
 * Tells whether a key signed a certificate or CRL, by the one scheme that goes with it. That is
 * ECDSA on P-256 with SHA-256 or on P-384 with SHA-384, or RSASSA-PSS with SHA-384.
 * @param spki the SubjectPublicKeyInfo, DER
 * @throws DecodeError for another kind of key or a malformed signature
 */
export const isSignedBy = (object: SignedObject, spki: Uint8Array): boolean =>
  isRsaKey(spki) ? isSignedByRsa(object, spki) : isSignedByEcdsa(object, spki);
