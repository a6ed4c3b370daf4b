/** Whether the other side of a hand-over is what the bridge's rules admit. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { earlierTime } from "@pdiem/bridge/facts/skew";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { policyOf } from "@pdiem/enclave-verifier/bridge-policy";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";

/** What the other side's evidence is judged by. */
export interface Judgement {
  readonly config: BridgeConfig;
  /** Measurements in force. */
  readonly measurements: readonly Measurement[];
  readonly collateral: Collateral;
  /** What it must speak for, 32 bytes. */
  readonly reportData: Uint8Array;
  readonly facts: Facts;
  readonly roots: Roots;
}

/** @throws EvidenceRefusal */
export const verifyOtherSide = (
  { tee, evidence }: Pick<Party, "tee" | "evidence">,
  { config, measurements, collateral, reportData, facts, roots }: Judgement,
): VerifiedEvidence => {
  const policy = policyOf({ measurements, attestation: config.attestation }, reportData);
  const now = Number(earlierTime(facts));
  return verifyEvidence(readShownEvidence({ tee, bytes: evidence }), { policy, collateral, now, roots });
};
