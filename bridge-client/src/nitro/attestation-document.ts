import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { decodeCbor } from "./cose-sign1.js";

/** The payload of Nitro's evidence, in AWS's words. Nothing in it is verified yet. */
export interface AttestationDocument {
  /** The enclave's name, which ends with its instance's. */
  readonly moduleId: string;
  /** When the document was made, milliseconds since 1970. */
  readonly timestamp: number;
  /** Platform configuration registers that are locked, by index, 48 bytes each. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  /** DER of the certificate whose key signs the document. */
  readonly certificate: Uint8Array;
  /** DER of those above it, root first. */
  readonly caBundle: readonly Uint8Array[];
  /** What the enclave put in, empty where it put nothing. */
  readonly userData: Uint8Array;
}

const DIGEST = "SHA384";
const PCR_LENGTH = 48;
const MAXIMUM_PCR = 31;
const MAXIMUM_CERTIFICATE = 1024;
const MAXIMUM_CHAIN = 8;
/** Limit for each of public key, user data and nonce, in bytes. */
const MAXIMUM_FIELD = 1024;

const malformed = (what: string): EvidenceRefusal => new EvidenceRefusal("format", "nitro-document", what);

const certificateOf = (value: unknown, what: string): Uint8Array => {
  if (value instanceof Uint8Array && value.length >= 1 && value.length <= MAXIMUM_CERTIFICATE) return value;
  throw malformed(`expected ${what} of 1 to ${MAXIMUM_CERTIFICATE} bytes`);
};

/** Absent, null and empty are the same. */
const optionalBytes = (document: ReadonlyMap<unknown, unknown>, name: string): Uint8Array => {
  const value = document.get(name) ?? new Uint8Array();
  if (value instanceof Uint8Array && value.length <= MAXIMUM_FIELD) return value;
  throw malformed(`expected ${name} to be a byte string of at most ${MAXIMUM_FIELD} bytes, or null`);
};

const readPcrs = (value: unknown): ReadonlyMap<number, Uint8Array> => {
  const pcrs = new Map<number, Uint8Array>();
  if (!(value instanceof Map) || value.size === 0) throw malformed("expected pcrs to be a map that isn't empty");
  for (const [index, register] of value as ReadonlyMap<unknown, unknown>) {
    if (!(typeof index === "number" && Number.isInteger(index) && index >= 0 && index <= MAXIMUM_PCR))
      throw malformed(`expected PCRs with an index of 0 to ${MAXIMUM_PCR}, got ${String(index).slice(0, 20)}`);
    if (!(register instanceof Uint8Array) || register.length !== PCR_LENGTH)
      throw malformed(`expected ${PCR_LENGTH} bytes of PCR ${index}`);
    pcrs.set(index, register);
  }
  return pcrs;
};

/**
 * Reads an attestation document, with the bounds that AWS gives its fields.
 * @param payload of the COSE_Sign1
 * @throws EvidenceRefusal `evidence/format-nitro-document`
 */
export const readAttestationDocument = (payload: Uint8Array): AttestationDocument => {
  const document = decodeCbor(payload, true);
  if (!(document instanceof Map)) throw malformed("expected an attestation document to be a map");
  const moduleId: unknown = document.get("module_id");
  if (typeof moduleId !== "string" || moduleId === "") throw malformed("expected a module_id that isn't empty");
  if (document.get("digest") !== DIGEST) throw malformed(`expected digest ${DIGEST}`);
  const timestamp: unknown = document.get("timestamp");
  if (!(typeof timestamp === "number" && Number.isSafeInteger(timestamp) && timestamp > 0))
    throw malformed("expected a timestamp in milliseconds");
  const bundle: unknown = document.get("cabundle");
  if (!Array.isArray(bundle) || bundle.length === 0 || bundle.length > MAXIMUM_CHAIN)
    throw malformed(`expected a cabundle of 1 to ${MAXIMUM_CHAIN} certificates`);
  optionalBytes(document, "public_key");
  optionalBytes(document, "nonce");
  return {
    moduleId,
    timestamp,
    pcrs: readPcrs(document.get("pcrs")),
    certificate: certificateOf(document.get("certificate"), "a certificate"),
    caBundle: bundle.map((certificate: unknown) => certificateOf(certificate, "certificates of the cabundle")),
    userData: optionalBytes(document, "user_data"),
  };
};
