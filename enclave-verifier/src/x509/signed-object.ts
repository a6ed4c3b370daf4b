import { equal } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { BIT_STRING, checkDer, type DerElement, derSequence, SEQUENCE } from "./der.js";

/**
 * What certificates and CRLs have in common (RFC 5280): what is signed, how, and the signature.
 * Views of the input.
 */
export interface SignedObject {
  readonly tbs: Uint8Array;
  /** The AlgorithmIdentifier, DER. */
  readonly algorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** What is signed consists of these. */
  readonly fields: readonly DerElement[];
}

/**
 * Splits a certificate or CRL.
 * @throws DecodeError
 */
export const signedObject = (der: Uint8Array): SignedObject => {
  checkDer(der);
  const [tbs, algorithm, signature, ...rest] = derSequence(der);
  if (tbs?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature?.tag !== BIT_STRING || rest.length > 0)
    throw new DecodeError("decode/der", "expected what is signed, an algorithm and a signature");
  const fields = derSequence(tbs.encoding);
  // The signature's algorithm is the first SEQUENCE of both a TBSCertificate and a TBSCertList.
  const inner = fields.find(({ tag }) => tag === SEQUENCE);
  if (inner === undefined || !equal(inner.encoding, algorithm.encoding))
    throw new DecodeError("decode/der", "expected the algorithm that is signed to be the one beside the signature");
  if (signature.content[0] !== 0) throw new DecodeError("decode/der", "expected a signature of whole octets");
  return { tbs: tbs.encoding, algorithm: algorithm.encoding, signature: signature.content.subarray(1), fields };
};
