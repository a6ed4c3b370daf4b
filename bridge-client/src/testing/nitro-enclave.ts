import { KeyObject, sign } from "node:crypto";
import {
  type CertificateOptions,
  type Holder,
  issueCertificate,
  TEST_FROM,
} from "@pdiem/enclave-verifier/testing/certificates";
import { toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { encode } from "cborg";
import { type Roots, VENDOR_ROOTS } from "../attestation/evidence.js";

/** An enclave with AWS's chain of certificates, of the tests' own making. */
export interface NitroEnclave {
  readonly roots: Roots;
  /** Root first, as in a document. */
  readonly caBundle: readonly Holder[];
  readonly leaf: Holder;
  readonly document: (options?: DocumentOptions) => Uint8Array;
}

export interface DocumentOptions {
  /** Fields of the document instead of those in order; undefined leaves one out. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Changes the encoded document before it is signed. */
  readonly rewrite?: (payload: Uint8Array) => Uint8Array;
  /** Instead of -35 alone. */
  readonly protectedHeader?: Map<unknown, unknown>;
  readonly unprotectedHeader?: Map<unknown, unknown>;
  /** Whose key signs. */
  readonly signer?: Holder;
}

export const TEST_MODULE = "i-0123456789abcdef0-enc0123456789abcdef";
export const TEST_TIMESTAMP = TEST_FROM.getTime() + 3_600_000;
export const TEST_USER_DATA = new Uint8Array(64).fill(0x5a);
export const testPcr = (index: number): Uint8Array => new Uint8Array(48).fill(index < 3 ? 0xa0 + index : 0);

const signDocument = (
  payload: Uint8Array,
  signer: Holder,
  { protectedHeader = new Map([[1, -35]]), unprotectedHeader = new Map() }: DocumentOptions,
): Uint8Array => {
  const header = encode(protectedHeader);
  const signed = encode(["Signature1", header, new Uint8Array(), payload]);
  const signature = sign("sha384", signed, { key: KeyObject.from(signer.keys.privateKey), dsaEncoding: "ieee-p1363" });
  return encode([header, unprotectedHeader, payload, new Uint8Array(signature)]);
};

export interface NitroOptions {
  /** What certificates have instead of what they should. */
  readonly intermediateCertificate?: Partial<CertificateOptions>;
  readonly leafCertificate?: Partial<CertificateOptions>;
}

export const createNitroEnclave = async (options: NitroOptions = {}): Promise<NitroEnclave> => {
  const root = await issueCertificate({ subject: "CN=aws.nitro-enclaves", kind: "P-384", ca: true });
  const instance = await issueCertificate({
    subject: "CN=i-0123456789abcdef0.us-east-1.aws.nitro-enclaves",
    kind: "P-384",
    ca: true,
    pathLength: 0,
    issuer: root,
    ...options.intermediateCertificate,
  });
  const leaf = await issueCertificate({
    subject: `CN=${TEST_MODULE}.us-east-1.aws`,
    kind: "P-384",
    issuer: instance,
    ...options.leafCertificate,
  });
  const caBundle = [root, instance];
  const fields = {
    module_id: TEST_MODULE,
    digest: "SHA384",
    timestamp: TEST_TIMESTAMP,
    pcrs: new Map(Array.from({ length: 16 }, (_, index) => [index, testPcr(index)])),
    certificate: leaf.der,
    cabundle: caBundle.map(({ der }) => der),
    public_key: null,
    user_data: TEST_USER_DATA,
    nonce: null,
  };
  return {
    roots: { ...VENDOR_ROOTS, awsNitro: toHex(sha256(root.der)) },
    caBundle,
    leaf,
    document: (document = {}) => {
      const all = Object.entries({ ...fields, ...document.fields }).filter(([, value]) => value !== undefined);
      const payload = encode(new Map(all));
      return signDocument(document.rewrite?.(payload) ?? payload, document.signer ?? leaf, document);
    },
  };
};
