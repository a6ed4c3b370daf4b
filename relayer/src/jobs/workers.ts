import { isPdiemError } from "@pdiem/light-client/error";
import { type Job, Worker, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import { tellQueueError } from "../stores/redis.js";
import { type DepositParts, processDeposit } from "./deposit-processor.js";
import { type PayoutParts, processPayout } from "./payout/payout-processor.js";
import { processRegistration, type RegistrationParts } from "./registration-processor.js";
import { backoffMs, byClass } from "./retry.js";
import { type BatchParts, processSettlement } from "./settlement/settlement-processor.js";
import { processWithdrawal, type WithdrawalParts } from "./withdrawal-processor.js";

/** What all jobs take together. Each is handed the whole and sees its own part. */
export type JobParts = DepositParts &
  WithdrawalParts &
  RegistrationParts &
  BatchParts &
  PayoutParts & {
    readonly metrics: Pick<Metrics, "jobErrors">;
    readonly log: Logger;
  };

/** How soon a relayer killed in a job is noticed, ms: everything waits for that. */
const LOCK_MS = 10_000;

/**
 * Starts a worker for each queue; the function returned waits for the jobs in hand and stops them.
 */
export const startWorkers = (parts: JobParts, connection: Redis, prefix: string): (() => Promise<void>) => {
  const { log, metrics } = parts;
  const options = (concurrency: number): WorkerOptions => ({
    connection,
    prefix,
    concurrency,
    settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade) },
    // A job found stalled, its worker killed, is taken up again; that may happen any number of
    // times.
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
    if (code === "defect") log.error(error);
  };
  const singly = { ...options(1), lockDuration: LOCK_MS, stalledInterval: LOCK_MS / 2 };
  const workers = [
    new Worker("deposit", byClass(processDeposit(parts), report), options(32)),
    new Worker("registration", byClass(processRegistration(parts), report), options(8)),
    new Worker("withdrawal", byClass(processWithdrawal(parts), report), options(32)),
    new Worker("payout", byClass(processPayout(parts), report), singly),
    new Worker("settlement", byClass(processSettlement(parts), report), singly),
  ];
  for (const worker of workers) worker.on("error", tellQueueError(connection, log));
  return async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  };
};
