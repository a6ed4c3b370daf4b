/** What evidence is of: the kinds that a verifier tells apart. */
export type TeeKind = "sgx" | "tdx" | "sev-snp" | "simulated";

export interface TeeEvidence {
  /**
   * In the TEE's own format. SGX and TDX give a DCAP quote, perhaps with bytes after it. SEV-SNP
   * gives the report of 1,184 bytes, a simulated one `SimulatedEvidence`.
   */
  readonly bytes: Uint8Array;
  /**
   * What a verifier may want beside it and need not believe. SEV-SNP has its certificate table
   * (GHCB 2.03, 4.1.8.1), dstack its event log of RTMR3, JSON in UTF-8.
   */
  readonly supplement?: Uint8Array;
}

/**
 * What the enclave needs from the machine that protects it: all that differs between one kind of
 * TEE and another.
 */
export interface Tee {
  /** For people: who relies on it reads the evidence. */
  readonly kind: TeeKind;
  /**
   * Makes evidence that this program runs in the TEE and chose these 32 bytes. The field is longer:
   * zeros follow them in it.
   * @throws TeeError
   */
  readonly evidence: (reportData: Uint8Array) => Promise<TeeEvidence>;
  /**
   * Gives key material, 16 or 32 bytes, that the TEE gives to this program alone, the same after a
   * restart. Not to be used but through a key derivation; the caller wipes it.
   * @throws TeeError `tee/no-sealing-key` where this kind of TEE has none
   */
  readonly sealingKey: () => Promise<Uint8Array>;
}
