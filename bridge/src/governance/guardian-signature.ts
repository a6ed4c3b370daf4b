/** Guardians' signatures, whatever they are about. */
import { toHex } from "@pdiem/light-client/bytes";
import { type Decoded, fixedBytes, struct, vector } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf, sign, verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { ProofError } from "@pdiem/light-client/error";
import { MAX_GUARDIANS, type Signers } from "../config/guardians.js";

/** All present guardians' and all new ones'. */
const MAX_SIGNATURES = 2 * MAX_GUARDIANS;

/**
 * Ed25519: public key of 32 bytes, signature of 64 over a message whose first bytes say what it is
 * about.
 */
export const guardianSignature = struct({ guardian: fixedBytes(32), signature: fixedBytes(64) });
export type GuardianSignature = Decoded<typeof guardianSignature>;

export const guardianSignatures = vector(guardianSignature, MAX_SIGNATURES);

/** Signs as one guardian. @param seed 32 bytes */
export const signMessage = (seed: Uint8Array, message: Uint8Array): GuardianSignature => ({
  guardian: publicKeyOf(seed),
  signature: sign(seed, message),
});

/** Tells whether that guardian signed the message. */
export const isSignatureOf = (message: Uint8Array, { guardian, signature }: GuardianSignature): boolean =>
  verifyStrict(guardian, message, signature);

/** Verifies each signature, and names who signed, in hex. */
const verifyEach = (
  sets: readonly Signers[],
  message: Uint8Array,
  signatures: readonly GuardianSignature[],
): ReadonlySet<string> => {
  const known = new Set(sets.flatMap(({ keys }) => keys.map(toHex)));
  const signed = new Set<string>();
  for (const signature of signatures) {
    const name = toHex(signature.guardian);
    if (!known.has(name))
      throw new ProofError("proof/unknown-guardian", `expected signatures of guardians who may sign, got 0x${name}'s`);
    if (signed.has(name))
      throw new ProofError("proof/guardian-twice", `expected each guardian once, got 0x${name} twice`);
    if (!isSignatureOf(message, signature))
      throw new ProofError("proof/guardian-signature", `expected a valid signature of guardian 0x${name}`);
    signed.add(name);
  }
  return signed;
};

const countOf = ({ keys }: Signers, signed: ReadonlySet<string>): number =>
  new Set(keys.map(toHex).filter((name) => signed.has(name))).size;

const isReached = (signers: Signers, signed: ReadonlySet<string>): boolean =>
  signers.threshold >= 1 && countOf(signers, signed) >= signers.threshold;

const shortfall = (signers: Signers, signed: ReadonlySet<string>): ProofError =>
  new ProofError(
    "proof/guardian-threshold",
    `expected ${signers.threshold} of ${signers.keys.length} guardians to sign, ${countOf(signers, signed)} did`,
  );

/**
 * Checks that the threshold of each set signed. Every signature must be of a member, valid, and
 * that key's only one.
 * @throws ProofError `proof/unknown-guardian`, `proof/guardian-twice`, `proof/guardian-signature`,
 * `proof/guardian-threshold`
 */
export const verifyAllSigners = (
  sets: readonly Signers[],
  message: Uint8Array,
  signatures: readonly GuardianSignature[],
): void => {
  const signed = verifyEach(sets, message, signatures);
  for (const signers of sets) if (!isReached(signers, signed)) throw shortfall(signers, signed);
};

/**
 * Finds the sets whose threshold signed: one at least. Every signature must be of a member of some
 * set, valid, and that key's only one.
 * @throws ProofError `proof/unknown-guardian`, `proof/guardian-twice`, `proof/guardian-signature`,
 * `proof/guardian-threshold`
 */
export const verifySomeSigners = (
  sets: readonly Signers[],
  message: Uint8Array,
  signatures: readonly GuardianSignature[],
): readonly Signers[] => {
  const signed = verifyEach(sets, message, signatures);
  const reached = sets.filter((signers) => isReached(signers, signed));
  const [any] = sets;
  if (any !== undefined && reached.length === 0) throw shortfall(any, signed);
  if (any === undefined)
    throw new ProofError("proof/guardian-threshold", "expected guardians who may sign, there are none");
  return reached;
};

/** Merges signatures of one message: one a guardian, in order of the keys. */
export const mergeSignatures = (signatures: readonly GuardianSignature[]): readonly GuardianSignature[] =>
  [...new Map(signatures.map((one) => [toHex(one.guardian), one]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
