import type { Evidence, Policy, VerifiedEvidence } from "@pdiem/bridge-client/attestation/evidence";
import { VENDOR_ROOTS } from "@pdiem/bridge-client/attestation/evidence";
import { type Verification, verifyEvidence } from "@pdiem/bridge-client/attestation/verify-evidence";
import type { Collateral, SnpCollateral } from "@pdiem/enclave-verifier/evidence";
import { verifySnpBy } from "@pdiem/enclave-verifier/sev-snp/verify-snp";
import { checkClock } from "@pdiem/enclave-verifier/verify-evidence";

/** All that evidence is verified with. Recordings of AMD's have no revocation list. */
export interface Input extends Omit<Verification, "collateral"> {
  readonly evidence: Evidence;
  readonly policy: Policy;
  readonly collateral: Collateral | Omit<SnpCollateral, "crl">;
}

/**
 * Verifies evidence; where a recording has no list, all but revocation, which `verifyEvidence`
 * insists on.
 * @throws EvidenceRefusal
 */
export const verifyInput = ({ evidence, collateral, ...rest }: Input): VerifiedEvidence => {
  if (collateral.kind !== "sev-snp" || "crl" in collateral) return verifyEvidence(evidence, { ...rest, collateral });
  const withEmptyList = { ...rest, collateral: { ...collateral, crl: new Uint8Array() } };
  if (evidence.kind !== "sev-snp") return verifyEvidence(evidence, withEmptyList);
  const roots = { ...VENDOR_ROOTS, ...rest.roots };
  checkClock(rest.now);
  return verifySnpBy(([, , ark]) => ark.validity, evidence.report, { ...rest, collateral, roots });
};
