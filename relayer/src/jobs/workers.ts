import { isPdiemError } from "@pdiem/light-client/error";
import { type Job, Worker, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import type { BridgeContext } from "./bridge-context.js";
import { processDeposit } from "./deposit-processor.js";
import { processPayout } from "./payout-processor.js";
import { tellQueueError } from "./redis.js";
import { processRegistration } from "./registration-processor.js";
import { backoffMs, byClass } from "./retry.js";
import { processSettlement } from "./settlement-processor.js";
import { processWithdrawal } from "./withdrawal-processor.js";

/** Starts a worker for each queue; the function returned waits for the jobs in hand and stops them. */
export const startWorkers = (context: BridgeContext, connection: Redis, prefix: string): (() => Promise<void>) => {
  const { log, metrics } = context;
  const options = (concurrency: number): WorkerOptions => ({
    connection,
    prefix,
    concurrency,
    settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade) },
    // A job found stalled, its worker killed, is taken up again; that may happen any number of times.
    maxStalledCount: 1_000_000,
  });
  const told = new Map<string, string>();
  const report = (job: Job, error: unknown): void => {
    const code = isPdiemError(error) ? error.code : "defect";
    const message = error instanceof Error ? error.message : String(error);
    metrics.jobErrors.inc({ queue: job.queueName, code });
    // What goes on for days is told once, and counted.
    const news = `${job.id} ${code}: ${message}`;
    const isNews = told.get(job.queueName) !== news;
    told.set(job.queueName, news);
    const isForGood = isPdiemError(error) && error.retry === "never";
    const level = !isNews ? "debug" : isForGood || code === "defect" ? "error" : "warn";
    log[level]({ job: job.id, code, error: message }, isForGood ? "job failed for good" : "job goes on later");
  };
  const workers = [
    new Worker("deposit", byClass(processDeposit(context), report), options(32)),
    new Worker("registration", byClass(processRegistration(context), report), options(8)),
    new Worker("withdrawal", byClass(processWithdrawal(context), report), options(32)),
    new Worker("payout", byClass(processPayout(context), report), options(1)),
    new Worker("settlement", byClass(processSettlement(context), report), options(1)),
  ];
  for (const worker of workers) worker.on("error", tellQueueError(connection, log));
  return async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  };
};
