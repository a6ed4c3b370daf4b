import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import { type Governance, governanceAt, isFrozen, presentClock } from "../../sync/bridge/governance.js";
import { durationText } from "./duration.js";

/** What guardians' decisions have led to at a proven block. */
export interface Standing {
  readonly governance: Governance;
  /** What the bridge worked until then, ms. */
  readonly worked: bigint;
  /** Whether any asset is. */
  readonly frozen: boolean;
}

export const standingOf = (config: BridgeConfig, view: BridgeView, current: CurrentLedger): Standing => ({
  governance: governanceAt(config, view, current),
  worked: presentClock(config, view, current).worked,
  frozen: isFrozen(view),
});

const obstacle = ({ governance, worked, frozen }: Standing, transcript: Uint8Array): [string, string] | undefined => {
  const { paused, handovers, delayed } = governance;
  const name = `0x${toHex(transcript)}`;
  if (paused)
    return ["paused", "the bridge is paused, which takes every hand-over back: guardians resume, then decide it again"];
  if (frozen) return ["frozen", "the wrapped assets are frozen: guardians have to thaw them first"];
  if (handovers.some((one) => equal(one, transcript))) return undefined;
  const decided = delayed.find(
    ({ action }) => action.type === "handover" && equal(action.value.transcript, transcript),
  );
  if (decided === undefined)
    return [
      "undecided",
      `no batch has taken up a decision about hand-over ${name}: pdiem guardian make handover makes one`,
    ];
  const left = durationText(decided.at - worked);
  return ["delayed", `hand-over ${name} is in force in ${left} of worked time, in which a standstill doesn't count`];
};

/**
 * Whether guardians have decided a hand-over, long enough ago. The giver judges for itself: this says beforehand why it would refuse.
 * @throws PdiemError `handover/paused`, `handover/frozen`, `handover/undecided`, `handover/delayed`, each with `later`
 */
export const checkDecided = (standing: Standing, transcript: Uint8Array): void => {
  const found = obstacle(standing, transcript);
  if (found !== undefined) throw new PdiemError(`handover/${found[0]}`, found[1], "later");
};
