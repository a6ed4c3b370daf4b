/** A decision with what vouches for it: guardians' signatures, or for misbehaviour the evidence. */
import { type Codec, enumeration, struct, type Union } from "@pdiem/light-client/codec/bcs";
import type { Guardians } from "../config.js";
import { type Decision, decision, decisionMessage } from "./decision.js";
import {
  type GuardianSignature,
  guardianSignatures,
  isSignatureOf,
  signMessage,
  verifyGuardians,
} from "./guardian-signature.js";
import { type Misbehaviour, misbehaviour } from "./misbehaviour.js";

export type { GuardianSignature } from "./guardian-signature.js";

interface WarrantVariants {
  readonly signatures: readonly GuardianSignature[];
  readonly evidence: Misbehaviour;
}

export type Warrant = Union<WarrantVariants>;

export interface SignedDecision {
  readonly decision: Decision;
  readonly warrant: Warrant;
}

/** The most decisions that a batch takes up. */
export const MAX_BATCH_DECISIONS = 16;

export const signedDecision: Codec<SignedDecision> = struct<SignedDecision>({
  decision,
  warrant: enumeration<WarrantVariants>("Warrant", {
    signatures: [0, guardianSignatures],
    evidence: [1, misbehaviour],
  }),
});

/** @param seed the guardian's, 32 bytes */
export const signDecision = (seed: Uint8Array, bridgeId: Uint8Array, value: Decision): GuardianSignature =>
  signMessage(seed, decisionMessage(bridgeId, value));

/** Whether that guardian signed. */
export const isSignedBy = (bridgeId: Uint8Array, value: Decision, signature: GuardianSignature): boolean =>
  isSignatureOf(decisionMessage(bridgeId, value), signature);

/** Checks that enough guardians signed. @throws ProofError as `verifyGuardians` */
export const verifySignatures = (
  guardians: Guardians,
  bridgeId: Uint8Array,
  value: Decision,
  signatures: readonly GuardianSignature[],
): void => verifyGuardians(guardians, decisionMessage(bridgeId, value), signatures);
