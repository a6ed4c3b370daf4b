import { fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { Logger } from "pino";
import type { Connection } from "../../chains/parachain/connection.js";
import { depositId } from "../../sync/transfers/transfer-id.js";
import type { Queues, SignedBatchData } from "../jobs.js";
import { progressOf, reach } from "../progress.js";
import type { WriteWatch } from "../write-watch.js";
import { isTooLargeForNode } from "./batch-size.js";
import type { Resubmission } from "./resubmission.js";

export interface SubmitParts {
  readonly connection: Pick<Connection, "submit">;
  readonly queues: Pick<Queues, "deposit" | "withdrawal">;
  readonly submittedBatch: Resubmission;
  readonly writes: Pick<WriteWatch, "begin" | "explain" | "end">;
  /** Has both chains polled now. */
  readonly pollSoon: () => void;
  readonly log: Logger;
}

/**
 * Transfers of a batch that stands in a block are shown as settled; that they are, the finalized
 * ledger alone tells.
 */
const showSettled = async ({ queues }: SubmitParts, batch: SignedBatchData): Promise<void> => {
  const jobs: readonly (Job | undefined)[] = [
    ...(await Promise.all(batch.deposits.map((number) => queues.deposit.getJob(depositId(number))))),
    ...(await Promise.all(batch.withdrawals.map((id) => queues.withdrawal.getJob(id)))),
  ];
  for (const job of jobs) {
    const progress = job === undefined ? undefined : progressOf(job);
    if (progress !== undefined && progress.stage !== "finalized")
      await job?.updateProgress(reach(progress, "settled", batch.hash));
  }
};

/**
 * Hands a batch to a node. Doing so again is harmless: it executes at most once, and a node that
 * has it already says so. That a node refuses it isn't believed either: whether it executed is read
 * from finalized state.
 * @returns false where the node refuses it for its size: a smaller one may take its place, as only
 * one can execute
 */
export const submitBatch = async (parts: SubmitParts, batch: SignedBatchData): Promise<boolean> => {
  const { connection, submittedBatch, pollSoon, log } = parts;
  if (!submittedBatch.isDue(batch.hash)) return true;
  const at = { batch: batch.hash };
  try {
    await connection.submit(fromHex(batch.extrinsic), (status) => {
      if (status.type === "pending") return;
      if (status.type === "void") log.warn({ ...at, reason: status.reason }, "a node dropped the batch");
      else if (status.type === "finalized") {
        log.info({ ...at, block: status.block }, "batch finalized, says the node");
        pollSoon();
      } else if (status.failure !== undefined)
        log.error({ ...at, block: status.block, failure: status.failure }, "batch reverted");
      else {
        log.info({ ...at, block: status.block }, "batch in block");
        showSettled(parts, batch).catch((error: unknown) =>
          log.warn({ ...at, error: String(error) }, "progress not written"),
        );
      }
    });
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    submittedBatch.retract();
    parts.writes.explain("batch", error.message);
    log.warn({ ...at, error: error.message }, "batch not taken by this node");
    return !isTooLargeForNode(error.message);
  }
  parts.writes.explain("batch", undefined);
  return true;
};
