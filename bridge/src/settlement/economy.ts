/** What a batch must be worth, how soon and how large it may be (PROTOCOL 3, 'Economy'). */
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { GovernanceState } from "../governance/governance-state.js";
import { MAX_ACTIVE_STEP } from "../ledger/active-time.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Batch } from "./batch.js";
import type { BatchDraft } from "./batch-draft.js";
import { checkBatchSize, isHalfFull } from "./batch-size.js";

/** Folding so many payments is worth a batch of its own. */
export const WORTHWHILE_PAYMENTS = 64n;
/** Taking up so many deposits is, too. */
export const WORTHWHILE_DEPOSITS = 1_024n;
const MAX_FAILURES = 16;
/** In how many intervals the score of failed batches falls by one. */
const DECAY = 10n;

type Interval = Pick<BridgeConfig, "batchInterval">;

const failedSince = ({ nonce: last }: Pick<Ledger, "nonce">, nonce: number): number => {
  if (nonce < last)
    throw new RefusedError("refused/nonce-behind", `expected the issuer's nonce from ${last} on, got ${nonce}`);
  return nonce - last;
};

/**
 * Computes `f`: the ledger's score with the batches that failed since, 16 at most.
 * @param nonce the issuer's, proven
 * @throws RefusedError `refused/nonce-behind`
 */
export const failureScore = (ledger: Pick<Ledger, "nonce" | "failures">, nonce: number): number =>
  Math.min(MAX_FAILURES, ledger.failures + failedSince(ledger, nonce));

/**
 * Computes the score that the next ledger holds.
 * @param time the block's, ms
 * @throws RefusedError `refused/nonce-behind`
 */
export const nextFailures = (
  ledger: Pick<Ledger, "time" | "nonce" | "failures">,
  { batchInterval }: Interval,
  nonce: number,
  time: bigint,
): number => {
  const step = DECAY * batchInterval;
  const decayed = time > ledger.time ? time / step - ledger.time / step : 0n;
  const score = BigInt(failureScore(ledger, nonce));
  return score > decayed ? Number(score - decayed) : 0;
};

/**
 * Computes the earliest proven time of a batch that isn't half full, or of any while failed ones
 * count, ms.
 * @throws RefusedError `refused/nonce-behind`
 */
export const earliestBatch = (
  ledger: Pick<Ledger, "time" | "nonce" | "failures">,
  { batchInterval }: Interval,
  nonce: number,
): bigint => {
  const failed = BigInt(failedSince(ledger, nonce));
  return ledger.time + (1n + BigInt(ledger.failures) + (failed * (failed + 1n)) / 2n) * batchInterval;
};

/**
 * Tells whether a batch may be made of a draft: it isn't empty.
 * @param governance in force
 * @param time the block's, ms
 */
export const isWorthwhile = (
  ledger: Ledger,
  governance: Pick<GovernanceState, "delayed">,
  draft: BatchDraft,
  time: bigint,
): boolean =>
  draft.isWorthwhile ||
  draft.waitingReleases.length > 0 ||
  draft.paid.events - ledger.paid.events >= WORTHWHILE_PAYMENTS ||
  draft.deposits - ledger.deposits >= WORTHWHILE_DEPOSITS ||
  (governance.delayed.length > 0 && time >= ledger.time + MAX_ACTIVE_STEP);

const checkTime = (earliest: bigint, time: bigint): void => {
  if (time < earliest)
    throw new RefusedError("refused/too-early", `expected proven time from ${earliest} on, got ${time}`, "later");
};

/**
 * Checks that a settlement's batch isn't empty, nor too large, nor too early.
 * @param config with the limits in force put in
 * @param governance in force
 * @throws RefusedError `refused/empty-batch`, `refused/batch-too-large`, `refused/too-early`,
 * `refused/nonce-behind`
 */
export const checkEconomy = (
  config: BridgeConfig,
  ledger: Ledger,
  governance: Pick<GovernanceState, "delayed">,
  draft: BatchDraft,
  { calls, nonce, entry, ledger: { time } }: Batch,
): void => {
  if (!isWorthwhile(ledger, governance, draft, time))
    throw new RefusedError("refused/empty-batch", "expected a batch that is worth its fee: ask for more", "later");
  const score = failureScore(ledger, nonce);
  const isSingle = draft.items <= 1 && entry.checkpoints.length === 0;
  if (!isSingle) checkBatchSize(config.batch, calls, 1 + score);
  if (score > 0 || !isHalfFull(config.batch, calls)) checkTime(earliestBatch(ledger, config, nonce), time);
};
