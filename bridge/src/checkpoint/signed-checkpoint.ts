/**
 * A checkpoint with the signatures of those who may sign it. The list leads to the newest (PROTOCOL
 * 6).
 */
import { type Decoded, option, struct, vector } from "@pdiem/light-client/codec/bcs";
import {
  type GuardianSignature,
  guardianSignatures,
  isSignatureOf,
  signMessage,
} from "../governance/guardian-signature.js";
import { signedDecision } from "../governance/signed-decision.js";
import { type Checkpoint, checkpoint, checkpointMessage } from "./checkpoint.js";

export const signedCheckpoint = struct({ checkpoint, signatures: guardianSignatures });
export type SignedCheckpoint = Decoded<typeof signedCheckpoint>;

/** The most checkpoints that one request shows. */
export const MAX_CHECKPOINTS = 64;

/**
 * A checkpoint, and where it isn't signed by those whom the one before names, the decision that
 * brings its signers.
 */
export const checkpointStep = struct({ signed: signedCheckpoint, decision: option(signedDecision) });
export type CheckpointStep = Decoded<typeof checkpointStep>;

/** From the one after the kept checkpoint to the newest, oldest first. */
export const checkpointList = vector(checkpointStep, MAX_CHECKPOINTS);

/** Signs as one guardian. @param seed 32 bytes */
export const signCheckpoint = (seed: Uint8Array, id: Uint8Array, value: Checkpoint): GuardianSignature =>
  signMessage(seed, checkpointMessage(id, value));

/** Tells whether that guardian signed. */
export const isCheckpointSignedBy = (id: Uint8Array, value: Checkpoint, signature: GuardianSignature): boolean =>
  isSignatureOf(checkpointMessage(id, value), signature);
