/**
 * What the enclave's verifier knows of attestation, and AWS Nitro, which no policy of an enclave
 * admits.
 */
import type * as enclave from "@pdiem/enclave-verifier/evidence";
import type * as policies from "@pdiem/enclave-verifier/policy";
import type * as results from "@pdiem/enclave-verifier/result";
import * as roots from "@pdiem/enclave-verifier/roots";

export type TeeKind = enclave.TeeKind | "nitro";

/**
 * What an enclave shows about itself, as its platform gave it.
 * Nitro's is the attestation document, an untagged COSE_Sign1, which carries its certificates.
 */
export type Evidence = enclave.Evidence | { readonly kind: "nitro"; readonly document: Uint8Array };

/** Entries of its measurements give pcr0 to pcr2. */
export type NitroPolicy = policies.TeePolicy;

/** A TEE for which there is no policy is refused. `reportData` is Nitro's `user_data`. */
export interface Policy extends policies.Policy {
  readonly nitro?: NitroPolicy;
}

/** SHA-256 of the DER of each vendor's root certificate, as lower-case hex. */
export interface Roots extends roots.Roots {
  readonly awsNitro: string;
}

/** The roots of Intel and AMD, and the root G1 of AWS Nitro Enclaves. */
export const VENDOR_ROOTS: Roots = {
  ...roots.VENDOR_ROOTS,
  awsNitro: "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b",
};

/**
 * Evidence that passed every check, the policy's included. Of Nitro: pcr0, pcr1, …, and no
 * platform.
 */
export type VerifiedEvidence = results.VerifiedEvidence<TeeKind>;
