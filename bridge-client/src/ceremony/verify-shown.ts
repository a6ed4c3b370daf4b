/** Whether all slots' evidence holds, as the enclaves will judge it: said beforehand, by slot. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { isOfSlotClass } from "@pdiem/bridge/config/holders-check";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { type PublicPackage, publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { policyOf } from "@pdiem/enclave-verifier/bridge-policy";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { equal } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Shown } from "./json.js";
import { holdersOf, type ShownHolder } from "./record.js";

/** What evidence is judged by. */
export interface ShownJudging {
  readonly config: BridgeConfig;
  /** ms since 1970. */
  readonly time: bigint;
  /** Left out, the vendors'. */
  readonly roots?: Roots | undefined;
}

const verifyOne = (
  { config, time, roots }: ShownJudging,
  slot: number,
  { tee, evidence, collateral }: Shown,
  reportData: Uint8Array,
): VerifiedEvidence => {
  const holders = holdersOf(config);
  const measurements = config.measurements.filter((one) => isOfSlotClass(holders, slot, one));
  const policy = policyOf({ measurements, attestation: config.attestation }, reportData);
  try {
    const verification = { policy, collateral, now: Number(time), ...(roots === undefined ? {} : { roots }) };
    return verifyEvidence(readShownEvidence({ tee, bytes: evidence }), verification);
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new PdiemError(
      cause.code,
      `slot ${slot} (${holders.slots[slot - 1]}): its evidence is refused: ${cause.message}`,
      cause.retry,
      { cause },
    );
  }
};

/**
 * Verifies all slots' evidence, each by its class's measurements, and that no two are on one
 * machine.
 * @param members in the order of the slots
 * @throws PdiemError with the code of the refusal, which names the slot; `ceremony/machine`
 */
export const verifyShown = (
  judging: ShownJudging & { readonly reportDataOf: (slot: number) => Uint8Array },
  members: readonly Shown[],
): readonly VerifiedEvidence[] => {
  const verified = members.map((one, i) => verifyOne(judging, i + 1, one, judging.reportDataOf(i + 1)));
  for (const [i, { platform }] of verified.entries()) {
    const first = verified.findIndex((one) => one.platform === platform);
    if (platform !== undefined && first !== i)
      throw new PdiemError("ceremony/machine", `slots ${first + 1} and ${i + 1} are on one machine: give each its own`);
  }
  return verified;
};

/**
 * Verifies what all slots have shown as holders: one public package, of which each has its share.
 * @throws PdiemError `ceremony/public-package`, and of `verifyShown`
 */
export const verifyHolders = (judging: ShownJudging, holders: readonly ShownHolder[]): PublicPackage => {
  const [{ publicPackage } = {}] = holders;
  if (publicPackage === undefined) throw new PdiemError("ceremony/public-package", "expected holders of a key");
  for (const [i, one] of holders.entries())
    if (!equal(publicPackageHash(one.publicPackage), publicPackageHash(publicPackage)))
      throw new PdiemError("ceremony/public-package", `slot ${i + 1} holds a share of another key than slot 1`);
  const reportDataOf = (slot: number): Uint8Array =>
    holderReportData({
      bridgeId: bridgeIdOf(judging.config),
      custodyKey: publicPackage.groupKey,
      share: { slot, publicPackage },
      handoverKey: holders[slot - 1]?.handoverKey ?? new Uint8Array(32),
      challenge: publicPackage.roll,
    });
  verifyShown({ ...judging, reportDataOf }, holders);
  return publicPackage;
};
