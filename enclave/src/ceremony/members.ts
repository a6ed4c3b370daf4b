/** Whether all slots are held by machines and code that the bridge's rules admit (PROTOCOL 7a). */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Holders } from "@pdiem/bridge/config/holders";
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { equal } from "@pdiem/light-client/bytes";
import { type Platform, verifyOtherSide } from "../handover/other-side.js";
import type { Member } from "../wire/ceremony.js";

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
 * @throws EvidenceRefusal; RefusedError `refused/ceremony-members`, `refused/ceremony-platform`,
 * `refused/no-platform`
 */
export const verifyMembers = (judgement: MembersJudgement, members: readonly Member[]): readonly Platform[] => {
  const { config, holders, reportDataOf, facts, roots } = judgement;
  const { length } = holders.slots;
  demand(members.length === length, "members", `expected evidence of ${length} slots, got ${members.length}`);
  const { measurements } = config;
  const platforms = members.map(({ collateral, ...shown }, i) => {
    const reportData = reportDataOf(i + 1);
    return verifyOtherSide(shown, { config, measurements, collateral, reportData, facts, roots, slot: i + 1 });
  });
  for (const [i, platform] of platforms.entries())
    demand(
      !platforms.slice(0, i).some((other) => other !== undefined && platform !== undefined && equal(other, platform)),
      "platform",
      `expected slot ${i + 1} on a machine of its own, got another slot's`,
    );
  return platforms;
};
