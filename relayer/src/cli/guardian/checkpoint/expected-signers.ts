/** Who may sign the next checkpoint, as each checkpoint names them (PROTOCOL 6). */
import { MAX_SIGNER_SETS } from "@pdiem/bridge/checkpoint/checkpoint";
import { type Guardians, type Signers, signers as signersCodec } from "@pdiem/bridge/config/guardians";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";

const signersOf = ({ keys, threshold }: Guardians): Signers => ({ keys, threshold });

/** Lists the guardians in force, then those whom changes bring that are decided and delayed. */
export const expectedSigners = ({
  guardians,
  delayed,
}: Pick<GovernanceState, "guardians" | "delayed">): readonly Signers[] => [
  signersOf(guardians),
  ...delayed
    .flatMap(({ action }) => (action.type === "guardians" ? [signersOf(action.value)] : []))
    .slice(0, MAX_SIGNER_SETS - 1),
];

/** Tells whether both are the same keys in the same order, with the same threshold. */
export const isSameSigners = (a: Signers, b: Signers): boolean =>
  equal(encode(signersCodec, a), encode(signersCodec, b));
