import type { CheckpointStep, SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import {
  type CheckpointFile,
  completeCheckpoint,
  parseCheckpointFile,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { Follower } from "../../sync/bridge/follower.js";
import { checkpointSigners } from "../../sync/checkpoints/checkpoint-signers.js";
import { stepsTo } from "../../sync/checkpoints/succession.js";
import { readJson } from "../json-file.js";
import { askOnNewest } from "./basis.js";
import type { EnclaveClients } from "./ends.js";

/** What a checkpoint is shown with. */
export interface Shown {
  readonly config: Config;
  readonly issuer: Uint8Array;
  readonly follower: Follower;
  readonly checkpoint: CheckpointFile;
}

/** Reads one that carries nonces. @throws PdiemError `handover/no-nonce`; what `readJson` throws */
export const readCheckpoint = (path: string): CheckpointFile => {
  const file = parseCheckpointFile(readJson(path));
  if (file.checkpoint.nonces === undefined)
    throw new PdiemError(
      "handover/no-nonce",
      "expected a checkpoint with the nonces that the enclaves have drawn, this one carries none",
      "never",
    );
  return file;
};

const keptBy = async ({ enclave }: EnclaveClients): Promise<SignedCheckpoint | undefined> => {
  const { role } = await enclave.status();
  return role.type === "empty" ? undefined : role.value.checkpoints.checkpoint;
};

const completeAt = ({ config, checkpoint }: Shown, { current }: BridgeView): CheckpointStep =>
  completeCheckpoint(bridgeId(config.bridge), checkpointSigners(config.bridge, current), checkpoint);

/** Shows an enclave the guardians' checkpoint, with what leads to it from the one that it keeps. */
export const showCheckpoint = async (shown: Shown, clients: EnclaveClients): Promise<void> => {
  const { bridge } = shown.config;
  await askOnNewest(clients, shown, async (basis, view) => {
    const sources = { config: bridge, bridgeId: bridgeId(bridge), history: view.current?.history };
    const checkpoints = stepsTo(sources, await keptBy(clients), completeAt(shown, view));
    return clients.enclave.checkpoint({ checkpoints, ...basis });
  });
};
