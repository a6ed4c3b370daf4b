/** Whether all slots are held by machines and code that the bridge's rules admit (PROTOCOL 7a). */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Holders } from "@pdiem/bridge/config/holders";
import { isOfSlotClass } from "@pdiem/bridge/config/holders-check";
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { fromHex } from "@pdiem/light-client/bytes";
import { verifyOtherSide } from "../handover/other-side.js";
import type { Member } from "../wire/ceremony.js";

/** A slot's machine: PPID or chip id; undefined where simulated. */
export type Platform = Uint8Array | undefined;

export interface MembersJudgement {
  readonly config: BridgeConfig;
  readonly holders: Holders;
  /** What the evidence of a slot must speak for, 32 bytes. */
  readonly reportDataOf: (slot: number) => Uint8Array;
  readonly facts: Facts;
  readonly roots: Roots;
}

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/ceremony-${code}`, message);
};

/**
 * Verifies the evidence of all slots, each by its class's measurements, and gives their machines.
 * @param members in the order of the slots
 * @throws EvidenceRefusal; RefusedError `refused/ceremony-members`, `refused/ceremony-platform`
 */
export const verifyMembers = (judgement: MembersJudgement, members: readonly Member[]): readonly Platform[] => {
  const { config, holders, reportDataOf, facts, roots } = judgement;
  const { length } = holders.slots;
  demand(members.length === length, "members", `expected evidence of ${length} slots, got ${members.length}`);
  const verified = members.map(({ collateral, ...shown }, i) => {
    const measurements = config.measurements.filter((one) => isOfSlotClass(holders, i + 1, one));
    const reportData = reportDataOf(i + 1);
    return verifyOtherSide(shown, { config, measurements, collateral, reportData, facts, roots });
  });
  for (const [i, { kind, platform }] of verified.entries())
    demand(
      platform === undefined ? kind === "simulated" : verified.findIndex((one) => one.platform === platform) === i,
      "platform",
      `expected slot ${i + 1} on a machine that names itself, and of its own, got ${platform ?? "none"}`,
    );
  return verified.map(({ platform }) => (platform === undefined ? undefined : fromHex(platform)));
};
