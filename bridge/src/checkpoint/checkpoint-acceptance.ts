/** Which checkpoints an enclave goes by. */
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import { checkContains, type TrustedSets } from "../facts/trusted-sets.js";
import { type SignedCheckpoint, verifyCheckpoint } from "./signed-checkpoint.js";
import { isFormer } from "./succession.js";
import { checkNotEarly } from "./term.js";

/**
 * Checks that guardians vouch for sets that the light clients' own way contains, and for no time to come.
 * @throws ProofError and RefusedError as `verifyCheckpoint`, `checkContains` and `checkNotEarly`
 */
export const checkVouched = (config: BridgeConfig, sets: TrustedSets, signed: SignedCheckpoint): void => {
  verifyCheckpoint(config, signed);
  checkContains(sets, signed.checkpoint);
  checkNotEarly(config, signed.checkpoint, sets.recentSets.time);
};

/**
 * Of the checkpoint kept and another one that is vouched for the one to keep.
 * @throws RefusedError `refused/checkpoint-older`; `refused/former-guardians` for one by guardians whose successors have
 * signed since
 */
export const newerCheckpoint = (
  { rootsTime }: BridgeConfig,
  kept: SignedCheckpoint | undefined,
  shown: SignedCheckpoint,
): SignedCheckpoint => {
  const newest = kept?.checkpoint.time ?? rootsTime;
  if (shown.checkpoint.time < newest)
    throw new RefusedError(
      "refused/checkpoint-older",
      `expected a checkpoint from ${newest} on, got one of ${shown.checkpoint.time}`,
    );
  if (kept === undefined) return shown;
  if (isFormer(shown.succession, kept.succession))
    throw new RefusedError(
      "refused/former-guardians",
      "expected a checkpoint by the guardians who signed the last one, or by later ones: their predecessors' count no more",
    );
  return shown.checkpoint.time > newest ? shown : kept;
};
