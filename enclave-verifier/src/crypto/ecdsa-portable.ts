import { p256, p384 } from "@noble/curves/nist.js";
import { concat } from "@pdiem/light-client/bytes";
import type { EcdsaVerify } from "./ecdsa-verify.js";

const CURVES = { "P-256": p256, "P-384": p384 };
const UNCOMPRESSED = Uint8Array.of(4);

/** ECDSA in JavaScript, for browsers. */
export const verifyEcdsa: EcdsaVerify = (curve, publicKey, message, signature) => {
  try {
    // High s is refused by default, which would refuse half of all genuine signatures.
    return CURVES[curve].verify(signature, message, concat(UNCOMPRESSED, publicKey), { lowS: false, prehash: true });
  } catch {
    return false;
  }
};
