import { verifyDcap } from "./dcap/verify-dcap.js";
import { type Demand, demandIn } from "./demand.js";
import type { Evidence } from "./evidence.js";
import type { VerifiedEvidence } from "./result.js";
import { VENDOR_ROOTS } from "./roots.js";
import { verifySnp } from "./sev-snp/verify-snp.js";
import { verifySimulated } from "./simulated/verify-simulated.js";
import type { Verification } from "./verification.js";

const demandCollateral: Demand = demandIn("collateral");
const demandPolicy: Demand = demandIn("policy");

/** The last time that a Date can hold. */
const MAX_TIME = 8.64e15;

/**
 * Checks that a clock tells a time, in milliseconds since 1970.
 * @throws EvidenceRefusal `evidence/policy-clock`
 */
export const checkClock = (now: number): void =>
  demandPolicy(Math.abs(now) <= MAX_TIME, "clock", `expected a time in milliseconds since 1970, got ${now}`);

/**
 * Decides whether evidence is of a genuine TEE that runs what the policy admits. Nothing is
 * fetched; the same input gives the same answer.
 * @param verification `roots` may be left out and are the vendors' then
 * @throws EvidenceRefusal and nothing else, whatever the bytes and texts. Its `step` is the first
 * check that failed, its code `evidence/<step>-…` names what was wrong. Steps come in the order of
 * `Step`. A clock that tells no time, another vendor's collateral and an unknown TEE are refused
 * before anything else.
 */
export const verifyEvidence = (
  evidence: Evidence,
  verification: Omit<Verification, "roots"> & Partial<Pick<Verification, "roots">>,
): VerifiedEvidence => {
  const { collateral } = verification;
  const shared = { ...verification, roots: verification.roots ?? VENDOR_ROOTS };
  checkClock(shared.now);
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      demandCollateral(collateral.kind === "dcap", "kind", `expected DCAP collateral, got ${collateral.kind}`);
      return verifyDcap(evidence.kind, evidence.quote, { ...shared, collateral });
    case "sev-snp":
      demandCollateral(collateral.kind === "sev-snp", "kind", `expected SEV-SNP collateral, got ${collateral.kind}`);
      return verifySnp(evidence.report, { ...shared, collateral });
    case "simulated":
      return verifySimulated(evidence, { ...shared, collateral });
  }
};
