import { toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { type RsaKey, verifyRsaPss } from "../crypto/rsa-pss.js";
import { BIT_STRING, derSequence, derUnsigned, SEQUENCE } from "./der.js";
import type { SignedObject } from "./signed-object.js";

/** The AlgorithmIdentifier of RSA keys (RFC 3279 2.3.1). */
const RSA_ENCRYPTION = "300d06092a864886f70d0101010500";

// RSASSA-PSS with SHA-384, MGF1 with SHA-384, salt of 48 bytes. RFC 4055 2.1 has hash functions
// with NULL or no parameters.
const PSS = "06092a864886f70d01010a";
const WITH_NULL =
  "a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130";
const WITHOUT_NULL = "a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503040202a203020130";
// AMD spells out the trailer field, which is the default one.
const TRAILER = "a303020101";
const PSS_ALGORITHMS: readonly string[] = [
  `3041${PSS}3034${WITH_NULL}`,
  `3046${PSS}3039${WITH_NULL}${TRAILER}`,
  `303d${PSS}3030${WITHOUT_NULL}`,
];

/** The AlgorithmIdentifier of a SubjectPublicKeyInfo, and the key's bits. */
const partsOf = (spki: Uint8Array): { readonly algorithm: string; readonly bits: Uint8Array } => {
  const [algorithm, key, ...rest] = derSequence(spki);
  if (algorithm?.tag !== SEQUENCE || key?.tag !== BIT_STRING || key.content[0] !== 0 || rest.length > 0)
    throw new DecodeError("decode/der", "expected an algorithm and a key of whole octets");
  return { algorithm: toHex(algorithm.encoding), bits: key.content.subarray(1) };
};

/**
 * Tells whether a SubjectPublicKeyInfo has an RSA key.
 * @throws DecodeError unless the bytes are a SubjectPublicKeyInfo
 */
export const isRsaKey = (spki: Uint8Array): boolean => partsOf(spki).algorithm === RSA_ENCRYPTION;

const rsaKey = (spki: Uint8Array): RsaKey => {
  const { bits } = partsOf(spki);
  const [modulus, exponent, ...rest] = derSequence(bits);
  if (rest.length > 0) throw new DecodeError("decode/der", "expected a modulus and an exponent alone");
  return { modulus: derUnsigned(modulus), exponent: derUnsigned(exponent) };
};

/**
 * Tells whether an RSA key signed a certificate or CRL by RSASSA-PSS with SHA-384; no other scheme
 * passes.
 * @param spki of a key for which `isRsaKey` holds
 * @throws DecodeError for a malformed key
 */
export const isSignedByRsa = ({ tbs, algorithm, signature }: SignedObject, spki: Uint8Array): boolean =>
  PSS_ALGORITHMS.includes(toHex(algorithm)) && verifyRsaPss(rsaKey(spki), tbs, signature);
