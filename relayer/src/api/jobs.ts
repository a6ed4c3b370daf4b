import { PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { z } from "zod";
import { type AboutParts, aboutJob } from "../jobs/about-job.js";
import { deadLetters, findDeadLetter, type RequeueParts, requeue, whyItStays } from "../jobs/dead-letters.js";
import { jobCounts } from "../jobs/job-counts.js";
import type { Running } from "../running.js";
import {
  type DeadLetter,
  type DeadLettersView,
  deadLettersView,
  type JobsView,
  jobsView,
  QUEUE_NAMES,
  queueName,
  type RequeuedView,
  requeuedView,
} from "../views/jobs-view.js";
import { noRedis } from "./at-work.js";
import { get, post } from "./route.js";

type JobParts = RequeueParts & AboutParts;

/** Jobs are told of without an enclave as well. */
export interface JobSources extends Pick<Running, "queues" | "pausedQueues" | "pauses"> {
  readonly work: () => JobParts | undefined;
}

const PAGE = 100;

const query = z.strictObject({
  queue: queueName.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(PAGE),
});
const who = z.string().trim().min(1).max(200);
const someQueues = z.array(queueName).min(1).max(QUEUE_NAMES.length);
const pauseBody = z.strictObject({ queues: someQueues, by: who, why: z.string().trim().min(1).max(1_000) });
const resumeBody = z.strictObject({ queues: someQueues, by: who });
const requeueBody = z.strictObject({
  queue: queueName,
  /** One of them. Left out: a page of all. */
  id: z.string().min(1).max(300).optional(),
  /** How many of the newest are passed over: those that an earlier page has left. */
  skip: z.int().min(0).max(1_000_000).default(0),
  dryRun: z.boolean().default(false),
  by: who,
});

type Requeued = z.output<typeof requeueBody>;

const viewJobs = async ({ queues, pausedQueues }: JobSources): Promise<JobsView> => {
  const counts = await jobCounts(queues);
  if (counts === undefined) throw noRedis();
  const paused = new Map(pausedQueues().map(({ name, note }) => [name, note ?? {}]));
  return {
    queues: QUEUE_NAMES.map((name) => {
      const note = paused.get(name);
      return { name, counts: { ...counts[name] }, ...(note === undefined ? {} : { paused: note }) };
    }),
  };
};

const viewDeadLetter = (parts: JobParts | undefined, queue: DeadLetter["queue"], job: Job): DeadLetter => {
  const stays = whyItStays(parts, queue, job);
  return {
    queue,
    id: job.id ?? "",
    ...(parts === undefined ? {} : aboutJob(parts, job)),
    reason: job.failedReason ?? "",
    failedAt: job.finishedOn ?? job.timestamp,
    attempts: job.attemptsMade,
    ...(stays === undefined ? {} : { stays }),
  };
};

const viewDeadLetters = async (
  { queues, work }: JobSources,
  { queue, limit }: z.output<typeof query>,
): Promise<DeadLettersView> => {
  const names = queue === undefined ? QUEUE_NAMES : [queue];
  const parts = work();
  const failed: DeadLetter[] = [];
  let count = 0;
  for (const name of names) {
    count += await queues[name].getFailedCount();
    const jobs = await deadLetters(queues, name, 0, limit);
    failed.push(...jobs.map((job) => viewDeadLetter(parts, name, job)));
  }
  return { failed: failed.sort((a, b) => b.failedAt - a.failedAt).slice(0, limit), count };
};

const requeueSome = async (
  { queues, work }: JobSources,
  { queue, id, skip, dryRun, by }: Requeued,
  log: Pick<Logger, "warn">,
): Promise<RequeuedView> => {
  const parts = work();
  const jobs =
    id === undefined ? await deadLetters(queues, queue, skip, PAGE) : [await findDeadLetter(queues, queue, id)];
  const requeued: string[] = [];
  const left: { id: string; why: string }[] = [];
  for (const job of jobs) {
    const why = whyItStays(parts, queue, job);
    if (why !== undefined) {
      left.push({ id: job.id ?? "", why });
      continue;
    }
    if (!dryRun) {
      await requeue(job);
      const about = parts === undefined ? {} : aboutJob(parts, job);
      log.warn({ job: job.id, ...about, by, reason: job.failedReason }, "job requeued by command");
    }
    requeued.push(job.id ?? "");
  }
  if (id !== undefined && left[0] !== undefined) throw new PdiemError("job/stays", left[0].why, "never");
  return { requeued, left, more: jobs.length === PAGE };
};

/** Serves what the queues hold to whoever may see internals. */
export const jobRoutes = (app: FastifyInstance, sources: JobSources): void => {
  const access = "read:internals" as const;
  get(
    app,
    "/jobs",
    {
      summary: "Counts the queues' jobs, and tells which are held up",
      tag: "operator",
      access,
      answers: { 200: jobsView },
    },
    () => viewJobs(sources),
  );
  get(
    app,
    "/jobs/failed",
    {
      summary: "Lists dead letters, the newest first",
      tag: "operator",
      access,
      query,
      answers: { 200: deadLettersView },
    },
    ({ query: asked }) => viewDeadLetters(sources, asked),
  );
};

/** Serves what changes them. */
export const jobChangeRoutes = (app: FastifyInstance, sources: JobSources, log: Pick<Logger, "warn">): void => {
  const common = { tag: "operator", access: "operate" } as const;
  post(
    app,
    "/jobs/requeue",
    {
      ...common,
      summary: "Has a dead letter, or a page of them, done again",
      body: requeueBody,
      answers: { 200: requeuedView },
    },
    ({ body }) => requeueSome(sources, body, log),
  );
  post(
    app,
    "/jobs/pause",
    { ...common, summary: "Holds queues up", body: pauseBody, answers: { 200: jobsView } },
    async ({ body: { queues, by, why } }) => {
      await sources.pauses.pause(queues, by, why);
      return viewJobs(sources);
    },
  );
  post(
    app,
    "/jobs/resume",
    { ...common, summary: "Lets queues go on", body: resumeBody, answers: { 200: jobsView } },
    async ({ body: { queues, by } }) => {
      await sources.pauses.resume(queues, by);
      return viewJobs(sources);
    },
  );
};
