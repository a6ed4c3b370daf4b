/** Checkpoints of the lines that proofs are made of, and requests that show them. */
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { type CheckpointStep, type SignedCheckpoint, signCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/facts/set-hash";
import { type Governed, QUORUM_SEEDS } from "@pdiem/bridge/testing/guardians";
import type { RequestOf } from "@pdiem/enclave/routes";
import { type Line, provableConfig, setsOf } from "./proofs.js";
import { BRIDGE_ID, FIRST } from "./requests.js";

const { keys, threshold } = provableConfig.guardians;

/** What who follows that line vouches for. @param time ms */
export const checkpointOn = (line: Line, time: bigint, given: Partial<Checkpoint> = {}): Checkpoint => {
  const [epochState, authorities] = setsOf(line);
  return {
    diem: { epoch: line.epoch, hash: epochStateHash(epochState) },
    relay: { setId: line.setId, hash: authoritySetHash(authorities) },
    time,
    nonces: undefined,
    specVersions: [provableConfig.parachain.specVersion],
    signers: [{ keys, threshold }],
    ...given,
  };
};

export const vouchFor = (
  checkpoint: Checkpoint,
  seeds: readonly Uint8Array[] = QUORUM_SEEDS,
  id: Uint8Array = BRIDGE_ID,
): SignedCheckpoint => ({ checkpoint, signatures: seeds.map((seed) => signCheckpoint(seed, id, checkpoint)) });

export const stepOf = (signed: SignedCheckpoint): CheckpointStep => ({ signed, decision: undefined });

/** Shows checkpoints, the oldest first, at a block at which that ledger is in force. */
export const checkpointRequest = (
  proofs: ProofBundle,
  signed: readonly SignedCheckpoint[],
  governed: Governed | undefined = FIRST,
): RequestOf<"checkpoint"> => ({ checkpoints: signed.map(stepOf), proofs, governed });
