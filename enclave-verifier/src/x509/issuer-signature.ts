import { equal } from "@pdiem/light-client/bytes";
import { isSignedBy as isSignedByEcdsa } from "./ecdsa-signature.js";
import { isRsaKey, isSignedByRsa } from "./rsa-pss-signature.js";
import type { SignedObject } from "./signed-object.js";

// What was parsed is kept and never changes. Of the same key, each gives the same answer again.
const signers = new WeakMap<SignedObject, Uint8Array>();

/**
 * Tells whether a key signed a certificate or CRL, by the one scheme that goes with it. That is
 * ECDSA on P-256 with SHA-256 or on P-384 with SHA-384, or RSASSA-PSS with SHA-384.
 * @param spki the SubjectPublicKeyInfo, DER
 * @throws DecodeError for another kind of key or a malformed signature
 */
export const isSignedBy = (object: SignedObject, spki: Uint8Array): boolean => {
  const known = signers.get(object);
  if (known !== undefined && equal(known, spki)) return true;
  const isSigned = isRsaKey(spki) ? isSignedByRsa(object, spki) : isSignedByEcdsa(object, spki);
  if (isSigned) signers.set(object, spki.slice());
  return isSigned;
};
