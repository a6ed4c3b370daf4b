/** Until when a checkpoint lets anything be signed. */
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { Checkpoint } from "./checkpoint.js";

/** ms */
export const TERM = 14n * 24n * 3_600_000n;

/** Where the term that is running began, ms: the newest checkpoint, or the configuration's own roots of trust. */
const termStart = ({ rootsTime }: BridgeConfig, checkpoint: Checkpoint | undefined): bigint =>
  checkpoint !== undefined && checkpoint.time > rootsTime ? checkpoint.time : rootsTime;

/**
 * The last proven time at which anything is signed, ms. What is signed then may be used for `maxSkew` longer: that, too, is
 * within the term.
 * @param checkpoint the newest one verified; undefined for none but the configuration's roots
 */
export const termEnd = (config: BridgeConfig, checkpoint: Checkpoint | undefined): bigint =>
  termStart(config, checkpoint) + TERM - config.maxSkew;

/**
 * @param time the newest proven one, ms
 * @throws RefusedError `refused/checkpoint-early`
 */
export const checkNotEarly = ({ maxSkew }: BridgeConfig, { time: at }: Checkpoint, time: bigint): void => {
  if (at > time + maxSkew)
    throw new RefusedError(
      "refused/checkpoint-early",
      `expected a checkpoint of a time that was proven, ${time}, got one of ${at}: prove newer state first`,
      "later",
    );
};

/**
 * @param times proven of the chains that what is to be signed rests on, ms
 * @throws RefusedError `refused/checkpoint-lapsed`, `refused/checkpoint-early`
 */
export const checkTerm = (
  config: BridgeConfig,
  checkpoint: Checkpoint | undefined,
  ...times: readonly bigint[]
): void => {
  const end = termEnd(config, checkpoint);
  for (const time of times) {
    if (time > end)
      throw new RefusedError(
        "refused/checkpoint-lapsed",
        `expected a time up to ${end}, where the last checkpoint's term ends, it is ${time}: guardians have to sign a newer one`,
        "later",
      );
    if (checkpoint !== undefined) checkNotEarly(config, checkpoint, time);
  }
};
