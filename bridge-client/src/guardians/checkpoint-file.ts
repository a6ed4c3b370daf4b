/** A checkpoint on its way from guardian to guardian: made by one, signed by each, put together by anyone. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { as, hex, hexOf, type Json, list, record } from "../json.js";
import { type Checkpoint, checkpoint as checkpointCodec, isSameCheckpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { type GuardianSignature, mergeSignatures } from "@pdiem/bridge/governance/guardian-signature";
import { isCheckpointSignedBy, type SignedCheckpoint, signCheckpoint, verifyCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { isFormer, type Succession, succession as successionCodec } from "@pdiem/bridge/checkpoint/succession";

export interface CheckpointFile extends SignedCheckpoint {
  readonly bridgeId: Uint8Array;
}

const MAX_CHECKPOINT_BYTES = 256;
const MAX_SUCCESSION_BYTES = 1024 * 1024;
const MAX_SIGNATURES = 64;

const checkpointFileJson: Json<CheckpointFile> = record<CheckpointFile>({
  bridgeId: hexOf(32),
  checkpoint: as(
    hex(MAX_CHECKPOINT_BYTES),
    (bytes) => decode(checkpointCodec, bytes),
    (value) => encode(checkpointCodec, value),
  ),
  succession: as(
    hex(MAX_SUCCESSION_BYTES),
    (bytes) => decode(successionCodec, bytes),
    (value) => encode(successionCodec, value),
  ),
  signatures: list(record<GuardianSignature>({ guardian: hexOf(32), signature: hexOf(64) }), MAX_SIGNATURES),
});

/** Reads what `formatCheckpointFile` gives; checks no signature. @throws DecodeError `decode/json`, `decode/…` */
export const parseCheckpointFile = (value: unknown): CheckpointFile => checkpointFileJson.parse(value, "checkpoint");

/** A plain JSON value: bytes as `0x`-hex, checkpoint and succession as those of their BCS. */
export const formatCheckpointFile = (file: CheckpointFile): unknown => checkpointFileJson.format(file);

/** A checkpoint that nobody has signed yet. @param succession that leads to the guardians who are to sign */
export const proposeCheckpoint = (
  bridgeId: Uint8Array,
  checkpoint: Checkpoint,
  succession: Succession = [],
): CheckpointFile => ({ bridgeId, checkpoint, succession, signatures: [] });

/** The file with that guardian's signature. @param seed 32 bytes */
export const addCheckpointSignature = (file: CheckpointFile, seed: Uint8Array): CheckpointFile => ({
  ...file,
  signatures: mergeSignatures([...file.signatures, signCheckpoint(seed, file.bridgeId, file.checkpoint)]),
});

/** Of two successions the one that goes on from the other. */
const longerOf = (a: Succession, b: Succession): Succession => (isFormer(a, b) ? b : a);

/**
 * One file with all signatures of several about the same checkpoint. Of their successions the longest is taken.
 * @throws RefusedError `refused/another-checkpoint`; ProofError `proof/guardian-signature` for one that is invalid
 */
export const mergeCheckpointFiles = (first: CheckpointFile, ...others: readonly CheckpointFile[]): CheckpointFile => {
  for (const other of others)
    if (!equal(first.bridgeId, other.bridgeId) || !isSameCheckpoint(first.checkpoint, other.checkpoint))
      throw new RefusedError("refused/another-checkpoint", "expected files about one checkpoint of one bridge");
  const files = [first, ...others];
  const signatures = files.flatMap((file) => file.signatures);
  for (const signature of signatures)
    if (!isCheckpointSignedBy(first.bridgeId, first.checkpoint, signature))
      throw new ProofError(
        "proof/guardian-signature",
        `expected a valid signature of guardian 0x${toHex(signature.guardian)}`,
      );
  return {
    ...first,
    succession: files.map(({ succession }) => succession).reduce(longerOf),
    signatures: mergeSignatures(signatures),
  };
};

/**
 * The checkpoint with its signatures, ready for an enclave.
 * @throws RefusedError `refused/another-bridge`; as `verifyCheckpoint`
 */
export const completeCheckpoint = (
  config: BridgeConfig,
  { bridgeId, checkpoint, succession, signatures }: CheckpointFile,
): SignedCheckpoint => {
  if (!equal(bridgeId, bridgeIdOf(config)))
    throw new RefusedError(
      "refused/another-bridge",
      `expected a checkpoint of this bridge, got 0x${toHex(bridgeId)}'s`,
    );
  const signed = { checkpoint, succession, signatures };
  verifyCheckpoint(config, signed);
  return signed;
};
