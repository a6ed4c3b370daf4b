/** How often the issuer may pay for batches, counted anew from what blocks hold. */
import type { ParachainState } from "../chains/parachain.js";
import { config } from "../setting.js";
import { demand } from "../violation.js";

export interface Economy {
  /** Time of the ledger in force, ms. */
  readonly time: bigint;
  /** The issuer's nonce after its batch. */
  readonly nonce: number;
  /** Score of failed batches. */
  readonly failures: number;
}

const { batchInterval } = config;

/**
 * Checks that a settlement could be included then, whether or not it succeeded.
 * @param block that it rests on
 */
export const checkDue = ({ time, nonce, failures }: Economy, block: ParachainState): void => {
  const failed = BigInt(block.nonce - nonce);
  if (failed + BigInt(failures) === 0n) return;
  const earliest = time + (1n + BigInt(failures) + (failed * (failed + 1n)) / 2n) * batchInterval;
  demand(block.time >= earliest, () => `batch at ${block.time} after ${failed} failed ones, not from ${earliest} on`);
};

/** The economy after a batch that took effect. */
export const afterBatch = ({ time, nonce, failures }: Economy, block: ParachainState): Economy => {
  const step = 10n * batchInterval;
  const decayed = block.time > time ? Number(block.time / step - time / step) : 0;
  const score = Math.min(16, failures + block.nonce - nonce);
  return { time: block.time, nonce: block.nonce + 1, failures: Math.max(0, score - decayed) };
};
