/** Signatures in files that go from guardian to guardian. */
import { type GuardianSignature, mergeSignatures } from "@pdiem/bridge/governance/guardian-signature";
import { toHex } from "@pdiem/light-client/bytes";
import { ProofError } from "@pdiem/light-client/error";
import { hexOf, type Json, list, record } from "../json.js";

const MAX_SIGNATURES = 128;

export const signaturesJson: Json<readonly GuardianSignature[]> = list(
  record<GuardianSignature>({ guardian: hexOf(32), signature: hexOf(64) }),
  MAX_SIGNATURES,
);

/**
 * Merges the signatures of several files about one thing: one a guardian, in order of the keys.
 * @param isValid whether that guardian signed it
 * @throws ProofError `proof/guardian-signature` for one that is invalid
 */
export const mergeValidSignatures = (
  files: readonly { readonly signatures: readonly GuardianSignature[] }[],
  isValid: (signature: GuardianSignature) => boolean,
): readonly GuardianSignature[] => {
  const signatures = files.flatMap((file) => file.signatures);
  for (const signature of signatures)
    if (!isValid(signature))
      throw new ProofError(
        "proof/guardian-signature",
        `expected a valid signature of guardian 0x${toHex(signature.guardian)}`,
      );
  return mergeSignatures(signatures);
};
