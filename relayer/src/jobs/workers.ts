import { isPdiemError } from "@pdiem/light-client/error";
import { type Job, Worker, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { codeOf, faultOf } from "../fault.js";
import type { Metrics } from "../metrics.js";
import { tellQueueError } from "../stores/redis.js";
import type { Tracing } from "../tracing/tracing.js";
import { aboutJob } from "./about-job.js";
import { type DepositParts, processDeposit } from "./deposit-processor.js";
import { expectWellFormed } from "./job-data.js";
import type { Queues } from "./jobs.js";
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
    readonly tracing: Pick<Tracing, "telemetry">;
    readonly log: Logger;
  };

/** How soon a relayer killed in a job is noticed, ms: everything waits for that. */
const LOCK_MS = 10_000;

/**
 * Starts a worker for each queue; the function returned waits for the jobs in hand and stops them.
 * Given true it doesn't wait, as while Redis is away.
 */
export const startWorkers = (
  parts: JobParts,
  connection: Redis,
  prefix: string,
): ((isForced: boolean) => Promise<void>) => {
  const { log, metrics, tracing } = parts;
  const options = (concurrency: number): WorkerOptions => ({
    connection,
    prefix,
    concurrency,
    settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade) },
    // A job found stalled, its worker killed, is taken up again; that may happen any number of
    // times.
    maxStalledCount: 1_000_000,
  });
  /** Batches' own jobs run all the time: what they do for transfers is told by itself. */
  const traced = (concurrency: number): WorkerOptions =>
    tracing.telemetry === undefined ? options(concurrency) : { ...options(concurrency), telemetry: tracing.telemetry };
  const told = new Map<string, string>();
  const report = (job: Job, error: unknown): void => {
    const code = codeOf(error);
    const message = faultOf(error)?.message ?? (error instanceof Error ? error.message : String(error));
    metrics.jobErrors.inc({ queue: job.queueName, code });
    // What goes on for days is told once, and counted.
    const news = `${job.id} ${code}: ${message}`;
    const isNews = told.get(job.queueName) !== news;
    told.set(job.queueName, news);
    const isForGood = isPdiemError(error) && error.retry === "never";
    const level = !isNews ? "debug" : isForGood || code === "defect" ? "error" : "warn";
    log[level](
      { job: job.id, ...aboutJob(parts, job), code, error: message },
      isForGood ? "job failed for good" : "job goes on later",
    );
    if (code === "defect") log.error(error);
  };
  /** Jobs of other content than a queue's own fail for good, before anything is done with them. */
  const checked =
    <D, R>(queue: keyof Queues, process: (job: Job<D, R>) => Promise<R>) =>
    async (job: Job<D, R>): Promise<R> => {
      expectWellFormed(queue, job);
      return process(job);
    };
  const singly = { ...options(1), lockDuration: LOCK_MS, stalledInterval: LOCK_MS / 2 };
  const workers = [
    new Worker("deposit", byClass(checked("deposit", processDeposit(parts)), report), traced(32)),
    new Worker("registration", byClass(checked("registration", processRegistration(parts)), report), options(8)),
    new Worker("withdrawal", byClass(checked("withdrawal", processWithdrawal(parts)), report), traced(32)),
    new Worker("payout", byClass(checked("payout", processPayout(parts)), report), singly),
    new Worker("settlement", byClass(checked("settlement", processSettlement(parts)), report), singly),
  ];
  for (const worker of workers) worker.on("error", tellQueueError(connection, log));
  return async (isForced) => {
    await Promise.all(workers.map((worker) => worker.close(isForced)));
  };
};
