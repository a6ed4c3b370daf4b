import type { Job } from "bullmq";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import type { Follower } from "../sync/bridge/follower.js";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";
import type { Tracing } from "../tracing/tracing.js";
import { type FinishedParts, recordWithdrawal } from "./finished/record-finished.js";
import type { WithdrawalData, WithdrawalResult } from "./jobs.js";
import { progressOf, reach, toldAgain } from "./progress.js";
import { type ReleaseStatus, releaseStatus } from "./release-status.js";
import { Wait } from "./retry.js";

export interface WithdrawalParts extends FinishedParts {
  readonly follower: Pick<Follower, "view">;
  readonly payouts: Pick<PayoutWatch, "at" | "get">;
  readonly metrics: Pick<Metrics, "withdrawSeconds">;
  readonly log: Pick<Logger, "info">;
  readonly tracing: Pick<Tracing, "ended">;
}

/**
 * A safety net: a withdrawal's job is woken when it was burned, and when Diem says that it is
 * paid.
 */
const AGAIN_MS = 60_000;

const ABORTED = "a batch that gives it back: its payment aborted on Diem";

/**
 * Follows one withdrawal. It does nothing for it: batches burn and payouts pay whether or not it
 * has a job. Journal and Diem's events alone say what became of it.
 */
export const processWithdrawal =
  (parts: WithdrawalParts) =>
  async (job: Job<WithdrawalData, WithdrawalResult>): Promise<WithdrawalResult> => {
    const { follower, withdrawalEnds, payouts, metrics, tracing, log } = parts;
    const progress = progressOf(job);
    const end = withdrawalEnds.get(job.id ?? "");
    if (end === undefined) {
      if (progress.stage === "seen") await job.updateProgress(reach(progress, "proven"));
      throw new Wait(AGAIN_MS, "a batch that burns it");
    }
    const { batch } = end;
    const history = follower.view()?.current?.history;
    const status: ReleaseStatus =
      end.type !== "released"
        ? "done"
        : history === undefined
          ? "owed"
          : releaseStatus(history, payouts, BigInt(end.release));
    if (status === "owed" || status === "aborted") {
      const settled = reach(progress, "settled", batch);
      await job.updateProgress(status === "aborted" ? { ...settled, waitingFor: ABORTED } : settled);
      throw new Wait(AGAIN_MS, status === "aborted" ? ABORTED : "its payment on Diem");
    }
    const outcome = end.type !== "released" || status === "done" ? "given-back" : "paid";
    const { times } = job.data;
    if (times !== undefined) {
      await recordWithdrawal(parts, end.id, times);
      await job.updateProgress(toldAgain(times, batch));
    } else {
      const now = Date.now();
      const { seen = now, settled } = progress.at;
      const finalized = reach(reach(progress, "settled", batch, now), "finalized", batch, now);
      await recordWithdrawal(parts, end.id, finalized.at);
      await job.updateProgress(finalized);
      const seconds = (now - seen) / 1000;
      metrics.withdrawSeconds.observe(seconds);
      log.info({ transfer: job.id, outcome, seconds }, "withdrawal followed to its end");
      tracing.ended({
        kind: "withdrawal",
        transfer: job.id ?? "",
        at: { seen, settled, finalized: now },
        attributes: { "pdiem.outcome": outcome, "pdiem.batch": batch },
      });
    }
    if (end.type !== "released" || outcome === "given-back") return { outcome: "given-back", batch };
    const version = payouts.get(BigInt(end.release))?.version;
    return { outcome: "paid", batch, ...(version === undefined ? {} : { version: version.toString() }) };
  };
