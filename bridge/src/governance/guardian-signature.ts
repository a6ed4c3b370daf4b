/** Guardians' signatures, whatever they are about. */
import { toHex } from "@pdiem/light-client/bytes";
import { type Codec, fixedBytes, struct, vector } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf, sign, verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { ProofError } from "@pdiem/light-client/error";
import type { Guardians } from "../config/bridge-config.js";

/** Ed25519: public key of 32 bytes, signature of 64 over a message whose first bytes say what it is about. */
export interface GuardianSignature {
  readonly guardian: Uint8Array;
  readonly signature: Uint8Array;
}

const MAX_SIGNATURES = 64;

export const guardianSignatures: Codec<readonly GuardianSignature[]> = vector(
  struct<GuardianSignature>({ guardian: fixedBytes(32), signature: fixedBytes(64) }),
  MAX_SIGNATURES,
);

/** @param seed the guardian's, 32 bytes */
export const signMessage = (seed: Uint8Array, message: Uint8Array): GuardianSignature => ({
  guardian: publicKeyOf(seed),
  signature: sign(seed, message),
});

export const isSignatureOf = (message: Uint8Array, { guardian, signature }: GuardianSignature): boolean =>
  verifyStrict(guardian, message, signature);

/**
 * Checks that enough guardians signed. Every signature there is must be a guardian's, valid, and its only one.
 * @throws ProofError `proof/unknown-guardian`, `proof/guardian-twice`, `proof/guardian-signature`, `proof/guardian-threshold`
 */
export const verifyGuardians = (
  { keys, threshold }: Guardians,
  message: Uint8Array,
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
    if (!isSignatureOf(message, signature))
      throw new ProofError("proof/guardian-signature", `expected a valid signature of guardian 0x${name}`);
    seen.add(name);
  }
  if (seen.size < threshold)
    throw new ProofError("proof/guardian-threshold", `expected ${threshold} guardians to sign, ${seen.size} did`);
};

/** All of them, one a guardian, in order of the guardians. */
export const mergeSignatures = (signatures: readonly GuardianSignature[]): readonly GuardianSignature[] =>
  [...new Map(signatures.map((one) => [toHex(one.guardian), one]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
