/**
 * A checkpoint on its way from guardian to guardian: made by one, signed by each, put together by
 * anyone.
 */
import {
  type Checkpoint,
  checkpoint as checkpointCodec,
  checkpointMessage,
  isSameCheckpoint,
} from "@pdiem/bridge/checkpoint/checkpoint";
import {
  type CheckpointStep,
  isCheckpointSignedBy,
  type SignedCheckpoint,
  signCheckpoint,
} from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { Signers } from "@pdiem/bridge/config/guardians";
import { RefusedError } from "@pdiem/bridge/error";
import { type GuardianSignature, mergeSignatures, verifyAllSigners } from "@pdiem/bridge/governance/guardian-signature";
import { type SignedDecision, signedDecision } from "@pdiem/bridge/governance/signed-decision";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { bcsHex, hexOf, type Json, optional, record } from "../json.js";
import { mergeValidSignatures, signaturesJson } from "./file-signatures.js";

export interface CheckpointFile {
  readonly bridgeId: Uint8Array;
  readonly checkpoint: Checkpoint;
  readonly signatures: readonly GuardianSignature[];
  /** The decision that brings its signers, where the checkpoint before doesn't name them. */
  readonly decision: SignedDecision | undefined;
}

const MAX_CHECKPOINT_BYTES = 64 * 1024;
const MAX_DECISION_BYTES = 64 * 1024;

const checkpointFileJson: Json<CheckpointFile> = record<CheckpointFile>({
  bridgeId: hexOf(32),
  checkpoint: bcsHex(checkpointCodec, MAX_CHECKPOINT_BYTES),
  signatures: signaturesJson,
  decision: optional(bcsHex(signedDecision, MAX_DECISION_BYTES)),
});

/**
 * Reads what `formatCheckpointFile` gives; checks no signature.
 * @throws DecodeError `decode/json`, `decode/…`
 */
export const parseCheckpointFile = (value: unknown): CheckpointFile => checkpointFileJson.parse(value, "checkpoint");

/** Writes a plain JSON value: bytes as `0x`-hex, checkpoint and decision as those of their BCS. */
export const formatCheckpointFile = (file: CheckpointFile): unknown => checkpointFileJson.format(file);

/**
 * Makes a checkpoint that nobody has signed yet.
 * @param decision that brings its signers, where one does
 */
export const proposeCheckpoint = (
  bridgeId: Uint8Array,
  checkpoint: Checkpoint,
  decision?: SignedDecision,
): CheckpointFile => ({ bridgeId, checkpoint, signatures: [], decision });

/** Adds a guardian's signature. @param seed 32 bytes */
export const addCheckpointSignature = (file: CheckpointFile, seed: Uint8Array): CheckpointFile => ({
  ...file,
  signatures: mergeSignatures([...file.signatures, signCheckpoint(seed, file.bridgeId, file.checkpoint)]),
});

/**
 * Merges files about one checkpoint into one with all signatures.
 * @throws RefusedError `refused/another-checkpoint`; ProofError `proof/guardian-signature` for one
 * that is invalid
 */
export const mergeCheckpointFiles = (first: CheckpointFile, ...others: readonly CheckpointFile[]): CheckpointFile => {
  for (const other of others)
    if (!equal(first.bridgeId, other.bridgeId) || !isSameCheckpoint(first.checkpoint, other.checkpoint))
      throw new RefusedError("refused/another-checkpoint", "expected files about one checkpoint of one bridge");
  const files = [first, ...others];
  const isValid = (signature: GuardianSignature): boolean =>
    isCheckpointSignedBy(first.bridgeId, first.checkpoint, signature);
  const decision = files.find((file) => file.decision !== undefined)?.decision;
  return { ...first, decision, signatures: mergeValidSignatures(files, isValid) };
};

const signedOf = ({ checkpoint, signatures }: CheckpointFile): SignedCheckpoint => ({ checkpoint, signatures });

/**
 * Completes a checkpoint for an enclave.
 * @param bridgeId 32 bytes
 * @param signers whose threshold must have signed: the guardians in force
 * @throws RefusedError `refused/another-bridge`; ProofError of `verifyAllSigners`
 */
export const completeCheckpoint = (bridgeId: Uint8Array, signers: Signers, file: CheckpointFile): CheckpointStep => {
  if (!equal(file.bridgeId, bridgeId))
    throw new RefusedError(
      "refused/another-bridge",
      `expected a checkpoint of this bridge, got 0x${toHex(file.bridgeId)}'s`,
    );
  verifyAllSigners([signers], checkpointMessage(bridgeId, file.checkpoint), file.signatures);
  return { signed: signedOf(file), decision: file.decision };
};
