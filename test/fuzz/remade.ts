import { constants, KeyObject, sign } from "node:crypto";
import type { Holder } from "@pdiem/enclave-verifier/testing/certificates";
import { BIT_STRING, derSequence, SEQUENCE } from "@pdiem/enclave-verifier/x509/der";
import { concat } from "@pdiem/light-client/bytes";
import { encoded, mutateDer } from "./mutate-der.js";
import type { Random } from "./random.js";

const signed = ({ kind, keys }: Holder, bytes: Uint8Array): Uint8Array => {
  const key = KeyObject.from(keys.privateKey);
  if (kind === "RSA")
    return new Uint8Array(sign("sha384", bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 }));
  return new Uint8Array(sign(kind === "P-256" ? "sha256" : "sha384", bytes, key));
};

/**
 * A certificate or revocation list with something changed in what is signed, and a signature that
 * fits again.
 */
export const remadeBy = (issuer: Holder, random: Random, der: Uint8Array): Uint8Array => {
  const [tbs, algorithm] = derSequence(der);
  if (tbs === undefined || algorithm === undefined) return der;
  const changed = mutateDer(random, tbs.encoding);
  const signature = encoded(BIT_STRING, concat(Uint8Array.of(0), signed(issuer, changed)));
  return encoded(SEQUENCE, concat(changed, algorithm.encoding, signature));
};
