import type { ActivateResponse } from "@pdiem/enclave/api";
import { fromHex } from "@pdiem/light-client/bytes";

/** What an enclave, or whoever answers for it, says of itself. Nothing of it is believed. */
export interface ShownEnclave {
  readonly bridgeId: Uint8Array;
  /** Ed25519 and X25519, 32 bytes each. */
  readonly custodyKey: Uint8Array;
  readonly handoverKey: Uint8Array;
  readonly tee: string;
  readonly evidence: Uint8Array;
  readonly supplement: Uint8Array | undefined;
  /** BCS of the signed checkpoint that it goes by; undefined before any. */
  readonly checkpoint: Uint8Array | undefined;
}

/** @throws DecodeError `decode/hex` */
export const readShownEnclave = (answer: ActivateResponse): ShownEnclave => ({
  bridgeId: fromHex(answer.bridgeId, 32),
  custodyKey: fromHex(answer.custodyKey, 32),
  handoverKey: fromHex(answer.handoverKey, 32),
  tee: answer.tee,
  evidence: fromHex(answer.evidence),
  supplement: answer.supplement === undefined ? undefined : fromHex(answer.supplement),
  checkpoint: answer.checkpoint === undefined ? undefined : fromHex(answer.checkpoint),
});
