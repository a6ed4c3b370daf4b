import type { Job } from "bullmq";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import { depositId } from "../sync/transfers/transfer-id.js";
import type { Tracing } from "../tracing/tracing.js";
import { type FinishedParts, recordDeposit } from "./finished/record-finished.js";
import type { DepositData, DepositResult, TransferProgress } from "./jobs.js";
import { progressOf, reach, toldAgain } from "./progress.js";
import { Wait } from "./retry.js";

export interface DepositParts extends FinishedParts {
  readonly metrics: Pick<Metrics, "settleSeconds">;
  readonly log: Pick<Logger, "info">;
  readonly tracing: Pick<Tracing, "ended">;
}

/** A safety net: a deposit's job is woken when the ledger says that it has ended. */
const AGAIN_MS = 60_000;

/**
 * Follows one deposit. It does nothing for it. Batches settle deposits whether or not they have a
 * job, and the journal alone says what became of them.
 */
export const processDeposit =
  (parts: DepositParts) =>
  async (job: Job<DepositData, DepositResult>): Promise<DepositResult> => {
    const { depositEnds, metrics, tracing, log } = parts;
    const progress: TransferProgress = progressOf(job);
    const end = depositEnds.get(BigInt(job.data.number));
    if (end === undefined) {
      if (progress.stage === "seen") await job.updateProgress(reach(progress, "proven"));
      throw new Wait(AGAIN_MS, "a batch that settles it");
    }
    const result = { outcome: end.outcome, ledgerBlock: end.block, batch: end.batch };
    const { times } = job.data;
    if (times !== undefined) {
      await recordDeposit(parts, job.data, times);
      await job.updateProgress(toldAgain(times, end.batch));
      return result;
    }
    const now = Date.now();
    const { seen = now, settled } = progress.at;
    const finalized = reach(progress, "finalized", end.batch, now);
    // Before the job ends: killed in between, it runs again and records the same.
    await recordDeposit(parts, job.data, finalized.at);
    await job.updateProgress(finalized);
    const seconds = (now - seen) / 1000;
    metrics.settleSeconds.observe(seconds);
    log.info({ transfer: job.id, outcome: end.outcome, seconds }, "deposit followed to its end");
    tracing.ended({
      kind: "deposit",
      transfer: depositId(job.data.number),
      at: { seen, settled, finalized: now },
      attributes: { "pdiem.outcome": end.outcome, "diem.version": job.data.version, "pdiem.batch": end.batch },
    });
    return result;
  };
