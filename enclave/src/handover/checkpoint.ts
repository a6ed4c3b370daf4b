/** Under which checkpoint, and at which proven times, a key changes hands. */
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { checkVouched, newerCheckpoint } from "@pdiem/bridge/checkpoint/checkpoint-acceptance";
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { checkTerm } from "@pdiem/bridge/checkpoint/term";
import type { Following } from "../active.js";
import type { Kept } from "../kept.js";
import { provenTime } from "./other-side.js";

/**
 * Checks that the facts lie in a checkpoint's term, and that it is as new as any that was kept; gives the one to keep.
 * @param proven what is kept since these facts
 * @throws ProofError and RefusedError as `checkVouched`, `newerCheckpoint` and `checkTerm`; RefusedError
 * `refused/facts-older` for facts from before the checkpoint, which can't have been asked for since its nonce was drawn
 */
export const checkUnder = (
  { config, checkpoint: kept }: Following,
  proven: Kept,
  facts: Facts,
  shown: SignedCheckpoint,
): SignedCheckpoint => {
  checkVouched(config, proven, shown);
  const newest = newerCheckpoint(config, kept, shown);
  checkTerm(config, shown.checkpoint, facts.diem.time, facts.parachain.time);
  const time = provenTime(facts);
  if (time < shown.checkpoint.time)
    throw new RefusedError(
      "refused/facts-older",
      `expected facts from the checkpoint's time ${shown.checkpoint.time} on, got them of ${time}: prove newer state`,
      "later",
    );
  return newest;
};
