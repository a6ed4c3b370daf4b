/** What a ceremony needs of both chains and of vendors' services. */

import type { CheckpointStep } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { earlierTime } from "@pdiem/bridge/facts/skew";
import type { CeremonyServices, ShownChains } from "@pdiem/bridge-client/ceremony/steps";
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { EnclaveError } from "@pdiem/bridge-client/enclave/enclave-error";
import { completeCheckpoint, parseCheckpointFile } from "@pdiem/bridge-client/guardians/checkpoint-file";
import type { EnclaveStatus } from "@pdiem/enclave/wire/identity";
import type { LightClientStatus } from "@pdiem/enclave/wire/light-client-status";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import type { Config } from "../../config.js";
import { collectFrom } from "../../simulate/collect-proofs.js";
import { batchNeeds } from "../../simulate/needs.js";
import { checkpointSigners } from "../../sync/checkpoints/checkpoint-signers.js";
import { syncLightClients } from "../../sync/enclave/enclave-sync.js";
import { describeCatchUp } from "../../sync/light-clients/catch-up.js";
import { readJson } from "../json-file.js";
import type { Output } from "../output.js";
import { ownClients } from "../own-walk.js";

/** Reads a checkpoint that the configuration's guardians have signed. */
const readCheckpoint = ({ bridge }: Config, path: string): CheckpointStep =>
  completeCheckpoint(bridgeId(bridge), checkpointSigners(bridge, undefined), parseCheckpointFile(readJson(path)));

type Active = Exclude<EnclaveStatus["role"], { readonly type: "empty" }>["value"];

const activeIn = async (enclave: EnclaveClient): Promise<Active> => {
  const { role } = await enclave.status();
  if (role.type !== "empty") return role.value;
  throw new EnclaveError("refused/inactive", "the enclave has restarted meanwhile", "later");
};

/** A group key that isn't made yet has no account: any says so. */
const NOBODY = new Uint8Array(32);

/**
 * Makes what a ceremony needs.
 * @param checkpoint a file: enclaves are shown it where what they keep is older
 * @throws what `parseCheckpointFile` and `completeCheckpoint` throw
 */
export const ceremonyServices = (
  config: Config,
  checkpoint: string | undefined,
  { err }: Pick<Output, "err">,
): CeremonyServices => {
  const step = checkpoint === undefined ? undefined : readCheckpoint(config, checkpoint);
  const clients = ownClients(config);
  clients.catchUp.listen((way) => err(describeCatchUp(way)));

  const collect = async (
    enclave: EnclaveClient,
    lightClients: LightClientStatus,
    groupKey: Uint8Array | undefined,
  ): Promise<ShownChains> => {
    await syncLightClients({ ...clients, enclave }, lightClients);
    const needs = batchNeeds(config.bridge, groupKey ?? NOBODY, undefined);
    const { proofs, facts } = await collectFrom(clients, (await activeIn(enclave)).lightClients, { needs, ranges: [] });
    return { proofs, time: earlierTime(facts) };
  };

  return {
    collateralOf: ({ tee, evidence, supplement }) =>
      fetchCollateral(readShownEvidence({ tee, bytes: evidence }), config.attestation, {
        warn: err,
        ...(supplement === undefined ? {} : { supplement }),
      }),
    prove: async (enclave, lightClients, groupKey) => {
      const shown = await collect(enclave, lightClients, groupKey);
      const { checkpoints } = await activeIn(enclave);
      if (step === undefined || (checkpoints.checkpoint?.checkpoint.time ?? 0n) >= step.signed.checkpoint.time)
        return shown;
      const { proofs } = shown;
      const accepted = await enclave.checkpoint({ checkpoints: [step], proofs, governed: undefined });
      return collect(enclave, accepted.lightClients, groupKey);
    },
  };
};
