/** Who has to sign checkpoints, and whether they have. */
import type { CheckpointStep } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Signers } from "@pdiem/bridge/config/guardians";
import { type CheckpointFile, completeCheckpoint } from "@pdiem/bridge-client/guardians/checkpoint-file";
import { isPdiemError } from "@pdiem/light-client/error";
import type { StoredCheckpoint } from "../../stores/checkpoint-store.js";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { governanceAt } from "../bridge/governance.js";

/** Finds who has to sign: the guardians in force, before genesis those of the configuration. */
export const checkpointSigners = (config: BridgeConfig, current: CurrentLedger | undefined): Signers => {
  const { keys, threshold } = current === undefined ? config.guardians : governanceAt(config, current).guardians;
  return { keys, threshold };
};

/** Completes a checkpoint; undefined where too few have signed so far. */
export const completedBy = (
  config: BridgeConfig,
  signers: Signers,
  file: CheckpointFile,
): CheckpointStep | undefined => {
  try {
    return completeCheckpoint(bridgeId(config), signers, file);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Tells people whether enough have signed: the store's text alone doesn't say. */
export const isComplete = (config: BridgeConfig, signers: Signers, { file }: StoredCheckpoint): boolean =>
  completedBy(config, signers, file) !== undefined;
