/** A checkpoint with what vouches for it. */
import { type Codec, struct } from "@pdiem/light-client/codec/bcs";
import { type BridgeConfig, bridgeId } from "../config.js";
import { type Checkpoint, checkpoint, checkpointMessage } from "./checkpoint.js";
import {
  type GuardianSignature,
  guardianSignatures,
  isSignatureOf,
  signMessage,
  verifyGuardians,
} from "./guardian-signature.js";
import { type Succession, succession, verifySuccession } from "./succession.js";

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Leads to the guardians who signed. */
  readonly succession: Succession;
  readonly signatures: readonly GuardianSignature[];
}

export const signedCheckpoint: Codec<SignedCheckpoint> = struct<SignedCheckpoint>({
  checkpoint,
  succession,
  signatures: guardianSignatures,
});

/** @param seed the guardian's, 32 bytes */
export const signCheckpoint = (seed: Uint8Array, id: Uint8Array, value: Checkpoint): GuardianSignature =>
  signMessage(seed, checkpointMessage(id, value));

/** Whether that guardian signed. */
export const isCheckpointSignedBy = (id: Uint8Array, value: Checkpoint, signature: GuardianSignature): boolean =>
  isSignatureOf(checkpointMessage(id, value), signature);

/**
 * Checks that enough guardians signed, who are the configuration's or follow from them. Whether they signed the truth is
 * for light clients to say.
 * @throws ProofError as `verifySuccession` and `verifyGuardians`; RefusedError as `verifySuccession`
 */
export const verifyCheckpoint = (config: BridgeConfig, signed: SignedCheckpoint): void =>
  verifyGuardians(
    verifySuccession(config, signed.succession),
    checkpointMessage(bridgeId(config), signed.checkpoint),
    signed.signatures,
  );
