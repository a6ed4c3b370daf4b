/** Requests that move the light clients, and the checkpoint that they go by. */
import { keptCheckpoint } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import { checkpointList } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { governanceState } from "@pdiem/bridge/governance/governance-state";
import { ledger } from "@pdiem/bridge/ledger/ledger";
import { option, struct } from "@pdiem/light-client/codec/bcs";
import { lightClientStatus } from "./light-client-status.js";

/** The ledger in force, and the governance state that it holds the hash of. */
export const governedLedger = struct({ ledger, governance: governanceState });

export const advanceRequest = struct({
  /**
   * Any part of the way: accounts, events and storage aren't looked at, either chain may be left
   * out.
   */
  proofs: proofBundle,
});

export const advanceResponse = struct({ lightClients: lightClientStatus });

export const checkpointRequest = struct({
  /** From the one after the kept checkpoint to the newest. */
  checkpoints: checkpointList,
  /**
   * A block no older than the newest, at which its signers are in force. Nothing of Diem needs to
   * be shown.
   */
  proofs: proofBundle,
  /** Undefined before genesis. */
  governed: option(governedLedger),
});

export const checkpointResponse = struct({
  /** What is kept now. */
  checkpoints: keptCheckpoint,
  lightClients: lightClientStatus,
});
