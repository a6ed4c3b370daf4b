import { isOpen } from "@pdiem/bridge/ranges";
import type { Job } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import type { WithdrawalData, WithdrawalResult } from "./jobs.js";
import { progressOf, reach } from "./progress.js";
import { Wait } from "./retry.js";

/** A safety net: a withdrawal's job is woken when it was burned, and when Diem says that it is paid. */
const LOOK_AGAIN_MS = 60_000;

/** True once a proven payment, or the ledger that has folded it, says so. */
export const isPaid = ({ payouts, follower }: BridgeContext, release: number): boolean => {
  if (payouts.get(BigInt(release)) !== undefined) return true;
  const ledger = follower.view()?.current?.history.ledger;
  return ledger !== undefined && BigInt(release) < ledger.releases.numLeaves && !isOpen(ledger.paid, BigInt(release));
};

/**
 * Follows one withdrawal. It does nothing for it: batches burn and payouts pay whether or not it has a job, and journal
 * and Diem's events alone say what became of it.
 */
export const processWithdrawal =
  (context: BridgeContext) =>
  async (job: Job<WithdrawalData, WithdrawalResult>): Promise<WithdrawalResult> => {
    const { withdrawalEnds, payouts, metrics } = context;
    const progress = progressOf(job);
    const end = withdrawalEnds.get(job.id ?? "");
    if (end === undefined) {
      if (progress.stage === "seen") await job.updateProgress(reach(progress, "proven"));
      throw new Wait(LOOK_AGAIN_MS, "a batch that burns it");
    }
    const { batch } = end;
    if (end.type === "released" && !isPaid(context, end.release)) {
      await job.updateProgress(reach(progress, "settled", batch));
      throw new Wait(LOOK_AGAIN_MS, "its payment on Diem");
    }
    await job.updateProgress(reach(reach(progress, "settled", batch), "finalized", batch));
    metrics.withdrawSeconds.observe((Date.now() - (progress.at.seen ?? Date.now())) / 1000);
    if (end.type === "returned") return { outcome: "returned", batch };
    const version = payouts.get(BigInt(end.release))?.version;
    return { outcome: "paid", batch, ...(version === undefined ? {} : { version: version.toString() }) };
  };
