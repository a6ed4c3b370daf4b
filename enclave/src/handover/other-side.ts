/** Whether the other side of a hand-over is what the bridge's rules admit. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { isOfSlotClass } from "@pdiem/bridge/config/holders-check";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { earlierTime } from "@pdiem/bridge/facts/skew";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { policyOf } from "@pdiem/enclave-verifier/bridge-policy";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { fromHex } from "@pdiem/light-client/bytes";

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
  /** Whose share it holds or is to get; undefined where the key is held whole. */
  readonly slot: number | undefined;
}

/** A machine: PPID or chip id; undefined where simulated, or not asked for. */
export type Platform = Uint8Array | undefined;

/**
 * Verifies evidence, for a slot by its class's measurements, and gives the slot's machine.
 * @throws EvidenceRefusal; RefusedError `refused/no-platform`
 */
export const verifyOtherSide = (
  { tee, evidence }: Pick<Party, "tee" | "evidence">,
  { config, measurements: all, collateral, reportData, facts, roots, slot }: Judgement,
): Platform => {
  const { attestation, holders } = config;
  const measurements =
    holders === undefined || slot === undefined ? all : all.filter((one) => isOfSlotClass(holders, slot, one));
  const policy = policyOf({ measurements, attestation }, reportData);
  const now = Number(earlierTime(facts));
  const verified = verifyEvidence(readShownEvidence({ tee, bytes: evidence }), { policy, collateral, now, roots });
  const { kind, platform } = verified;
  if (slot !== undefined && platform === undefined && kind !== "simulated")
    throw new RefusedError("refused/no-platform", `expected slot ${slot} on a machine that names itself`);
  return platform === undefined ? undefined : fromHex(platform);
};
