import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { handoverIn } from "@pdiem/bridge/handover/admission";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import { governanceAt, isFrozen } from "../../sync/bridge/governance.js";
import { durationText } from "../duration.js";

/** What guardians' decisions have led to at a proven block. */
export interface Standing {
  /** In force. */
  readonly governance: Pick<GovernanceState, "paused" | "handovers" | "delayed">;
  /** Active time of the ledger, ms. */
  readonly active: bigint;
  /** Whether any asset is frozen. */
  readonly isFrozen: boolean;
}

export const standingOf = (config: BridgeConfig, view: BridgeView, current: CurrentLedger): Standing => ({
  governance: governanceAt(config, current),
  active: current.history.ledger.active,
  isFrozen: isFrozen(view),
});

const obstacle = (
  { governance, active, isFrozen: frozen }: Standing,
  wanted: Uint8Array,
): [string, string] | undefined => {
  const { paused, handovers, delayed } = governance;
  const name = `0x${toHex(wanted)}`;
  if (paused)
    return ["paused", "the bridge is paused, which takes every hand-over back: guardians resume, then decide it again"];
  if (frozen) return ["frozen", "the wrapped assets are frozen: guardians have to thaw them first"];
  if (handovers.some((one) => equal(one, wanted))) return undefined;
  const decided = delayed.find(({ action }) => equal(handoverIn(action) ?? new Uint8Array(), wanted));
  if (decided === undefined)
    return [
      "undecided",
      `no batch has taken a decision about hand-over ${name}: pdiem guardian propose makes one of its file`,
    ];
  const left = durationText(decided.due - active);
  return ["delayed", `hand-over ${name} is in force in ${left} of active time, in which a standstill doesn't count`];
};

/**
 * Checks whether guardians have decided a hand-over, long enough ago. The giver judges for itself:
 * this says beforehand why it would refuse.
 * @param name of `nameOf`, 32 bytes
 * @throws PdiemError `handover/paused`, `handover/frozen`, `handover/undecided`,
 * `handover/delayed`, each `later`
 */
export const checkDecided = (standing: Standing, name: Uint8Array): void => {
  const found = obstacle(standing, name);
  if (found !== undefined) throw new PdiemError(`handover/${found[0]}`, found[1], "later");
};
