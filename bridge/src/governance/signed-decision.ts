/** A decision with what vouches for it: guardians' signatures, or for misbehaviour the evidence. */
import { type Decoded, enumeration, struct } from "@pdiem/light-client/codec/bcs";
import type { Signers } from "../config/guardians.js";
import { type Decision, decision, decisionMessage } from "./decision.js";
import {
  type GuardianSignature,
  guardianSignatures,
  isSignatureOf,
  signMessage,
  verifyAllSigners,
} from "./guardian-signature.js";
import { misbehaviourEvidence } from "./misbehaviour.js";

export type { GuardianSignature } from "./guardian-signature.js";

/** Signatures of both old and new guardians stand in the one list. */
export const warrant = enumeration("Warrant", {
  signatures: [0, guardianSignatures],
  evidence: [1, misbehaviourEvidence],
});
export type Warrant = Decoded<typeof warrant>;

export const signedDecision = struct({ decision, warrant });
export type SignedDecision = Decoded<typeof signedDecision>;

/** Signs as one guardian. @param seed 32 bytes */
export const signDecision = (seed: Uint8Array, bridgeId: Uint8Array, value: Decision): GuardianSignature =>
  signMessage(seed, decisionMessage(bridgeId, value));

/** Tells whether that guardian signed. */
export const isSignedBy = (bridgeId: Uint8Array, value: Decision, signature: GuardianSignature): boolean =>
  isSignatureOf(decisionMessage(bridgeId, value), signature);

/**
 * Checks that the threshold of each of `sets` signed.
 * @param sets the guardians in force, and with them the new ones that the decision brings
 * @throws ProofError `proof/unknown-guardian`, `proof/guardian-twice`, `proof/guardian-signature`,
 * `proof/guardian-threshold`
 */
export const verifyDecision = (
  sets: readonly Signers[],
  bridgeId: Uint8Array,
  value: Decision,
  signatures: readonly GuardianSignature[],
): void => verifyAllSigners(sets, decisionMessage(bridgeId, value), signatures);
