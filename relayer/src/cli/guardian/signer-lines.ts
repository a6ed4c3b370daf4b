/** Who has signed a guardians' file, in words. */
import type { Signers } from "@pdiem/bridge/config/guardians";
import type { GuardianSignature } from "@pdiem/bridge/governance/guardian-signature";
import { equal, toHex } from "@pdiem/light-client/bytes";

/** Signers, of whom the threshold must sign, and what one of them is called. */
export interface SignerGroup extends Signers {
  readonly name: string;
}

/** Writes how many of each group have to sign, and of each signature whose it is. */
export const signerLines = (
  groups: readonly SignerGroup[],
  signatures: readonly GuardianSignature[],
  isValid: (signature: GuardianSignature) => boolean,
): readonly string[] => [
  `Signed by ${signatures.length}:`,
  ...signatures.map((signature) => {
    const names = groups.filter(({ keys }) => keys.some((key) => equal(key, signature.guardian)));
    const whose = names.length === 0 ? "NOT one who may sign" : names.map(({ name }) => name).join(", ");
    return `  0x${toHex(signature.guardian)} ${isValid(signature) ? whose : "INVALID"}`;
  }),
  ...groups.map(({ keys, threshold, name }) => {
    const valid = signatures.filter((one) => keys.some((key) => equal(key, one.guardian)) && isValid(one));
    return `${valid.length} of the ${threshold} that are needed have signed, each ${name}`;
  }),
];
