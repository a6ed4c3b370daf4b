import { fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import { depositId, type SignedBatchData } from "./jobs.js";
import { progressOf, reach } from "./progress.js";

/** Transfers of a batch that stands in a block are shown as settled; that they are is told by the finalized ledger alone. */
const showSettled = async ({ queues }: BridgeContext, batch: SignedBatchData): Promise<void> => {
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
 * Hands a batch to a node. Doing so again is harmless: it executes at most once, and a node that has it already says so.
 * That a node refuses it isn't believed either: whether it executed is read from finalized state.
 */
export const submitBatch = async (context: BridgeContext, batch: SignedBatchData): Promise<void> => {
  const { connection, submittedBatch, pollSoon, log } = context;
  if (!submittedBatch.isDue(batch.hash)) return;
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
        showSettled(context, batch).catch((error: unknown) =>
          log.warn({ ...at, error: String(error) }, "progress not written"),
        );
      }
    });
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    submittedBatch.retract();
    log.warn({ ...at, error: error.message }, "batch not taken by this node");
  }
};
