import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { decode, encode } from "cborg";

/** Far above the 12 KiB that the Nitro security module can answer with. */
const MAXIMUM_LENGTH = 16 * 1024;
/** ECDSA with SHA-384, as IANA's registry of COSE algorithms numbers it. */
const ES384 = -35;
const ALGORITHM_LABEL = 1;
const SIGNATURE_LENGTH = 96;

/** A single-signer message of COSE (RFC 9052 4.2). */
export interface CoseSign1 {
  readonly payload: Uint8Array;
  /** r ‖ s, big endian, 96 bytes. */
  readonly signature: Uint8Array;
  /** What is signed: the Sig_structure, without external data. */
  readonly signed: Uint8Array;
}

const malformed = (what: string, options?: ErrorOptions): EvidenceRefusal =>
  new EvidenceRefusal("format", "nitro-document", what, options);

/**
 * Reads one item of CBOR, integers in their shortest form, no key twice, nothing after it. Maps
 * come as `Map`.
 * @param indefinite whether arrays and maps may end with a break
 * @throws EvidenceRefusal `evidence/format-nitro-document`
 */
export const decodeCbor = (bytes: Uint8Array, indefinite: boolean): unknown => {
  if (bytes.length > MAXIMUM_LENGTH)
    throw malformed(`expected at most ${MAXIMUM_LENGTH} bytes of CBOR, got ${bytes.length}`);
  try {
    return decode(bytes, {
      strict: true,
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: indefinite,
      allowUndefined: false,
    });
  } catch (error) {
    throw malformed("expected one item of CBOR in its shortest form", { cause: error });
  }
};

/**
 * Reads an untagged COSE_Sign1 by ES384 with nothing but the algorithm in its headers.
 * @throws EvidenceRefusal `evidence/format-nitro-document`
 */
export const readCoseSign1 = (bytes: Uint8Array): CoseSign1 => {
  const parts = decodeCbor(bytes, false);
  if (!Array.isArray(parts) || parts.length !== 4) throw malformed("expected a COSE_Sign1, an array of 4");
  const [protectedHeader, unprotectedHeader, payload, signature]: readonly unknown[] = parts;
  if (!(protectedHeader instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array))
    throw malformed("expected protected header, payload and signature of a COSE_Sign1 to be byte strings");
  // Nobody signs the unprotected header.
  if (!(unprotectedHeader instanceof Map) || unprotectedHeader.size !== 0)
    throw malformed("expected the unprotected header of a COSE_Sign1 to be empty");
  const header = decodeCbor(protectedHeader, false);
  if (!(header instanceof Map) || header.size !== 1 || header.get(ALGORITHM_LABEL) !== ES384)
    throw malformed(`expected a COSE_Sign1 whose protected header has algorithm ${ES384} and nothing else`);
  if (signature.length !== SIGNATURE_LENGTH)
    throw malformed(`expected a signature of ${SIGNATURE_LENGTH} bytes, got ${signature.length}`);
  return { payload, signature, signed: encode(["Signature1", protectedHeader, new Uint8Array(), payload]) };
};
