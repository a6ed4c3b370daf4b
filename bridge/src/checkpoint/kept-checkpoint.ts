/**
 * What an enclave seals of checkpoints: the newest, and what the journal is to be told
 * (PROTOCOL 6).
 */
import { type Decoded, option, struct, vector } from "@pdiem/light-client/codec/bcs";
import { MAX_TOLD_CHECKPOINTS } from "../ledger/journal-entry.js";
import { signedCheckpoint } from "./signed-checkpoint.js";

export const keptCheckpoint = struct({
  /** The newest; undefined for the configuration, which is the first. */
  checkpoint: option(signedCheckpoint),
  /** The newest at which the signers changed, the oldest first, for the next batch's remark. */
  changes: vector(signedCheckpoint, MAX_TOLD_CHECKPOINTS),
});
export type KeptCheckpoint = Decoded<typeof keptCheckpoint>;

export const NO_CHECKPOINT: KeptCheckpoint = { checkpoint: undefined, changes: [] };
