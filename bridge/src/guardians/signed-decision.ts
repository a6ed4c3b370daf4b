/** A decision with what vouches for it: guardians' signatures, or for misbehaviour the evidence. */
import { toHex } from "@pdiem/light-client/bytes";
import { type Codec, enumeration, fixedBytes, struct, type Union, vector } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf, sign, verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { ProofError } from "@pdiem/light-client/error";
import type { Guardians } from "../config.js";
import { type Decision, decision, decisionMessage } from "./decision.js";
import { type Misbehaviour, misbehaviour } from "./misbehaviour.js";

/** Ed25519: public key of 32 bytes, signature of 64 over `decisionMessage`. */
export interface GuardianSignature {
  readonly guardian: Uint8Array;
  readonly signature: Uint8Array;
}

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

const MAX_SIGNATURES = 64;

export const signedDecision: Codec<SignedDecision> = struct<SignedDecision>({
  decision,
  warrant: enumeration<WarrantVariants>("Warrant", {
    signatures: [
      0,
      vector(struct<GuardianSignature>({ guardian: fixedBytes(32), signature: fixedBytes(64) }), MAX_SIGNATURES),
    ],
    evidence: [1, misbehaviour],
  }),
});

/** @param seed the guardian's, 32 bytes */
export const signDecision = (seed: Uint8Array, bridgeId: Uint8Array, value: Decision): GuardianSignature => ({
  guardian: publicKeyOf(seed),
  signature: sign(seed, decisionMessage(bridgeId, value)),
});

/** Whether that guardian signed. */
export const isSignedBy = (
  bridgeId: Uint8Array,
  value: Decision,
  { guardian, signature }: GuardianSignature,
): boolean => verifyStrict(guardian, decisionMessage(bridgeId, value), signature);

/**
 * Checks that enough guardians signed. Every signature there is must be a guardian's, valid, and its only one.
 * @throws ProofError `proof/unknown-guardian`, `proof/guardian-twice`, `proof/guardian-signature`, `proof/guardian-threshold`
 */
export const verifySignatures = (
  { keys, threshold }: Guardians,
  bridgeId: Uint8Array,
  value: Decision,
  signatures: readonly GuardianSignature[],
): void => {
  const known = new Set(keys.map(toHex));
  const seen = new Set<string>();
  for (const signature of signatures) {
    const name = toHex(signature.guardian);
    if (!known.has(name))
      throw new ProofError("proof/unknown-guardian", `expected signatures of guardians in force, got 0x${name}'s`);
    if (seen.has(name))
      throw new ProofError("proof/guardian-twice", `expected each guardian once, got 0x${name} twice`);
    if (!isSignedBy(bridgeId, value, signature))
      throw new ProofError("proof/guardian-signature", `expected a valid signature of guardian 0x${name}`);
    seen.add(name);
  }
  if (seen.size < threshold)
    throw new ProofError("proof/guardian-threshold", `expected ${threshold} guardians to sign, ${seen.size} did`);
};
