import type { KeptCheckpoint } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import type { Share } from "@pdiem/bridge/holders/share";
import type { ResponseOf } from "@pdiem/enclave/routes";

/** What an enclave, or whoever answers for it, says of itself. Nothing of it is believed. */
export interface ShownEnclave {
  readonly bridgeId: Uint8Array;
  /** Ed25519 and X25519, 32 bytes each. */
  readonly custodyKey: Uint8Array;
  readonly handoverKey: Uint8Array;
  /** What it takes its own code for. */
  readonly measurement: Measurement;
  readonly tee: string;
  readonly evidence: Uint8Array;
  readonly supplement: Uint8Array | undefined;
  readonly checkpoints: KeptCheckpoint;
  /** Undefined where it says that it holds the key whole. */
  readonly share: Share | undefined;
}

/** Reads an enclave's answer to `activate`. */
export const shownEnclaveOf = ({ holder, attestation }: ResponseOf<"activate">): ShownEnclave => ({
  bridgeId: holder.bridgeId,
  custodyKey: holder.custodyKey,
  handoverKey: holder.handoverKey,
  measurement: holder.measurement,
  tee: attestation.tee,
  evidence: attestation.evidence,
  supplement: attestation.supplement,
  checkpoints: holder.checkpoints,
  share: holder.share,
});
