import {
  bytes,
  type Codec,
  type Decoded,
  enumeration,
  fixedBytes,
  mapped,
  string,
  struct,
  type Union,
  unit,
} from "@pdiem/light-client/codec/bcs";
import { DecodeError } from "@pdiem/light-client/error";

/**
 * The trusted execution environments that a bridge's key may be in; `simulated` proves nothing and
 * is for development.
 */
export type TeeKind = "sgx" | "tdx" | "sev-snp" | "simulated";

/**
 * What an enclave shows about itself, as its platform gave it.
 * - sgx, tdx: a DCAP quote, which carries its PCK certificate chain; bytes after it are ignored;
 * - sev-snp: the attestation report of 1,184 bytes;
 * - simulated: only what the process says of itself.
 */
export type Evidence =
  | { readonly kind: "sgx" | "tdx"; readonly quote: Uint8Array }
  | { readonly kind: "sev-snp"; readonly report: Uint8Array }
  | { readonly kind: "simulated"; readonly measurement: Uint8Array; readonly reportData: Uint8Array };

const MAX_CHAIN = 64 * 1024;
const MAX_STATEMENT = 512 * 1024;
const MAX_CERTIFICATE = 16 * 1024;
const MAX_CRL = 1024 * 1024;
const SIGNATURE = 64;

const text = (max: number): Codec<string> => {
  const check = (value: string): string => {
    if (value.length <= max) return value;
    throw new DecodeError("decode/length", `expected at most ${max} characters, got ${value.length}`);
  };
  return mapped(string, check, check);
};

const dcap = struct({
  // CRLs and certificates are DER, chains PEM from leaf to root, signatures r ‖ s.
  rootCaCrl: bytes(MAX_CRL),
  // The list of the CA that issued the platform's PCK certificate.
  pckCrl: bytes(MAX_CRL),
  tcbInfoIssuerChain: text(MAX_CHAIN),
  // The inner JSON objects exactly as signed: the values of `tcbInfo` and `enclaveIdentity`, not
  // re-serialised.
  tcbInfo: text(MAX_STATEMENT),
  tcbInfoSignature: fixedBytes(SIGNATURE),
  qeIdentityIssuerChain: text(MAX_CHAIN),
  qeIdentity: text(MAX_STATEMENT),
  qeIdentitySignature: fixedBytes(SIGNATURE),
});

const snp = struct({
  vcek: bytes(MAX_CERTIFICATE),
  // ASK and ARK of the chip's family as PEM, in that order.
  chain: text(MAX_CHAIN),
  // The ARK's list, DER.
  crl: bytes(MAX_CRL),
});

/** Intel's statements about a platform, as its provisioning service hands them out. */
export type DcapCollateral = { readonly kind: "dcap" } & Readonly<Decoded<typeof dcap>>;

/** AMD's certificates of a chip, and its revocation list. */
export type SnpCollateral = { readonly kind: "sev-snp" } & Readonly<Decoded<typeof snp>>;

/** What the vendor says beside the evidence. Simulated evidence needs none. */
export type Collateral = DcapCollateral | SnpCollateral | { readonly kind: "none" };

interface Variants {
  readonly dcap: Decoded<typeof dcap>;
  readonly "sev-snp": Decoded<typeof snp>;
  readonly none: undefined;
}

/** Collateral in requests. Nothing in it is verified, and no part may be left out. */
export const collateral: Codec<Collateral> = mapped(
  enumeration<Variants>("Collateral", { dcap: [0, dcap], "sev-snp": [1, snp], none: [2, unit] }),
  ({ type, value }) => ({ kind: type, ...value }) as Collateral,
  (value) =>
    value.kind === "none" ? { type: value.kind, value: undefined } : ({ type: value.kind, value } as Union<Variants>),
);
