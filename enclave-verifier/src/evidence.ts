/** The trusted execution environments that can show evidence; `simulated` proves nothing and is for development. */
export type TeeKind = "sgx" | "tdx" | "sev-snp" | "nitro" | "simulated";

/**
 * What an enclave shows about itself, as its platform gave it.
 * - sgx, tdx: a DCAP quote, which carries its PCK certificate chain; bytes after it are ignored;
 * - sev-snp: the attestation report of 1,184 bytes;
 * - nitro: the attestation document, an untagged COSE_Sign1, which carries its certificates;
 * - simulated: only what the process says of itself.
 */
export type Evidence =
  | { readonly kind: "sgx" | "tdx"; readonly quote: Uint8Array }
  | { readonly kind: "sev-snp"; readonly report: Uint8Array }
  | { readonly kind: "nitro"; readonly document: Uint8Array }
  | { readonly kind: "simulated"; readonly measurement: Uint8Array; readonly reportData: Uint8Array };

/**
 * Intel's statements about a platform, as its provisioning service hands them out.
 * The texts are the inner JSON objects exactly as signed: the value of `tcbInfo` and of `enclaveIdentity`, not a re-serialisation.
 * Chains are PEM, leaf to root; CRLs are DER; signatures are r ‖ s, 64 bytes.
 */
export interface DcapCollateral {
  readonly kind: "dcap";
  readonly rootCaCrl: Uint8Array;
  /** Of the CA that issued the platform's PCK certificate. */
  readonly pckCrl: Uint8Array;
  readonly tcbInfoIssuerChain: string;
  readonly tcbInfo: string;
  readonly tcbInfoSignature: Uint8Array;
  readonly qeIdentityIssuerChain: string;
  readonly qeIdentity: string;
  readonly qeIdentitySignature: Uint8Array;
}

/** AMD's certificates of a chip: the VCEK as DER, ASK and ARK of its family as PEM in that order, the ARK's CRL as DER where there is one. */
export interface SnpCollateral {
  readonly kind: "sev-snp";
  readonly vcek: Uint8Array;
  readonly chain: string;
  readonly crl?: Uint8Array;
}

/** What the vendor says beside the evidence. Nitro and simulated evidence need none. */
export type Collateral = DcapCollateral | SnpCollateral | { readonly kind: "none" };
