import { type Demand, demandIn } from "@pdiem/enclave-verifier/demand";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { checkClock, verifyEvidence as verifyOthers } from "@pdiem/enclave-verifier/verify-evidence";
import { verifyNitro } from "../nitro/verify-nitro.js";
import { type Evidence, type Policy, type Roots, VENDOR_ROOTS, type VerifiedEvidence } from "./evidence.js";

const demandCollateral: Demand = demandIn("collateral");

/** What evidence is judged by. */
export interface Verification {
  readonly policy: Policy;
  /** Kind `none` for Nitro, whose documents carry all that they are verified with. */
  readonly collateral: Collateral;
  /**
   * Milliseconds since 1970, of a clock that is trusted: everything that expires is judged at this
   * time.
   */
  readonly now: number;
  /**
   * Whoever holds the key of another root can forge evidence of its vendor. `VENDOR_ROOTS` count
   * where none is given.
   */
  readonly roots?: Partial<Roots>;
}

/**
 * Decides as the enclave's verifier does, by its code, and about Nitro, too.
 * Nothing is fetched; the same input gives the same answer.
 * @throws EvidenceRefusal and nothing else, whatever the bytes and texts
 */
export const verifyEvidence = (evidence: Evidence, verification: Verification): VerifiedEvidence => {
  const { collateral, policy, now } = verification;
  const roots = { ...VENDOR_ROOTS, ...verification.roots };
  if (evidence.kind !== "nitro") return verifyOthers(evidence, { ...verification, roots });
  checkClock(now);
  demandCollateral(collateral.kind === "none", "kind", `expected no collateral of Nitro, got ${collateral.kind}`);
  return verifyNitro(evidence.document, { policy, now, roots });
};
