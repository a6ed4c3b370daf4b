import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { governanceAt, isFrozen } from "../sync/bridge/governance.js";
import { presentTerm } from "../sync/checkpoints/checkpoint-term.js";
import type { CheckpointWatch } from "../sync/checkpoints/checkpoint-watch.js";
import type { Followed } from "./at-work.js";
import type { TermParts } from "./checkpoints.js";

export type StandstillParts = TermParts &
  Followed & {
    readonly config: BridgeConfig;
    readonly checkpoints: Pick<CheckpointWatch, "kept">;
  };

/** Tells whether the enclave's checkpoint, or the configuration before one, names the running runtime. */
const isRuntimeNamed = ({ config, checkpoints, follower }: StandstillParts): boolean => {
  const kept = checkpoints.kept();
  const running = follower.view()?.specVersion;
  if (kept === undefined || running === undefined) return true;
  const named = kept === "none" ? [config.parachain.specVersion] : kept.checkpoint.specVersions;
  return named.includes(running);
};

/** Says what everything waits for while guardians have stopped the bridge, or not said that it may go on. */
export const standstill = (parts: StandstillParts): string | undefined => {
  const view = parts.follower.view();
  if (view?.current === undefined) return undefined;
  if (isFrozen(view)) return "guardians to thaw the assets: they are frozen";
  if (governanceAt(parts.config, view.current).paused) return "guardians to resume: the bridge is paused";
  if (presentTerm(parts)?.state === "lapsed") return "guardians to sign a checkpoint: the last one has lapsed";
  return isRuntimeNamed(parts)
    ? undefined
    : `guardians to sign a checkpoint that names the parachain's runtime, spec version ${view.specVersion}`;
};
