import type { Collateral, Evidence } from "@pdiem/enclave-verifier/evidence";
import type { Policy } from "@pdiem/enclave-verifier/policy";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";

/** All that evidence is verified with. */
export interface Input {
  readonly evidence: Evidence;
  readonly policy: Policy;
  readonly collateral: Collateral;
  readonly now: number;
}

/** @throws EvidenceRefusal */
export const verifyInput = ({ evidence, ...verification }: Input): VerifiedEvidence =>
  verifyEvidence(evidence, verification);
