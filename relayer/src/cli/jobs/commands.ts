import { userInfo } from "node:os";
import { readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import {
  type DeadLetter,
  deadLettersView,
  type JobsView,
  jobsView,
  QUEUE_NAMES,
  type RequeuedView,
  requeuedView,
} from "../../views/jobs-view.js";
import { apiUrl, askRelayer } from "../api-client.js";
import { durationText } from "../duration.js";
import type { AskOptions, Output } from "../output.js";

/** The name of a queue. */
export type QueueName = JobsView["queues"][number]["name"];

const baseOf = ({ config, api }: AskOptions): string => api ?? apiUrl(readConfig(config));

const nameOf = (by: string | undefined): string => by ?? userInfo().username;

const pauseText = (paused: JobsView["queues"][number]["paused"]): string => {
  if (paused === undefined) return "";
  const { by = "somebody", why, at } = paused;
  const since = at === undefined ? "" : ` for ${durationText(BigInt(Math.max(0, Date.now() - at)))}`;
  return `; PAUSED by ${by}${since}${why === undefined ? "" : `: ${why}`}`;
};

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ") || "empty";

const queueLines = ({ queues }: JobsView): readonly string[] =>
  queues.map(({ name, counts, paused }) => `${name.padEnd(13)}${countsText(counts)}${pauseText(paused)}`);

const deadLine = ({ queue, id, transfer, release, reason, failedAt, stays }: DeadLetter): string => {
  const age = durationText(BigInt(Math.max(0, Date.now() - failedAt)));
  const about = [
    ...(transfer === undefined || transfer === id ? [] : [`transfer ${transfer}`]),
    ...(release === undefined ? [] : [`release ${release}`]),
  ];
  const what = about.length === 0 ? "" : ` (${about.join(", ")})`;
  return `failed       ${queue} ${id}${what}, ${age} ago: ${reason}${stays === undefined ? "" : `\n             stays: ${stays}`}`;
};

export interface ShowOptions extends AskOptions {
  readonly queue?: QueueName;
  readonly limit?: number;
}

/**
 * Shows how many jobs each queue holds, and what failed for good.
 * @throws what `askRelayer` and `readConfig` throw
 */
export const jobsCommand = async (options: ShowOptions, output: Output): Promise<void> => {
  const base = baseOf(options);
  const { queue, limit = 20, json } = options;
  const jobs = await askRelayer(base, "/api/v1/jobs", jobsView);
  const which = queue === undefined ? "" : `&queue=${queue}`;
  const dead = await askRelayer(base, `/api/v1/jobs/failed?limit=${limit}${which}`, deadLettersView);
  if (json === true) {
    output.out(JSON.stringify({ ...jobs, ...dead }));
    return;
  }
  const more = dead.count - dead.failed.length;
  output.out([...queueLines(jobs), ...dead.failed.map(deadLine)].join("\n"));
  if (more > 0) output.out(`             and ${more} more: --limit`);
};

export interface RequeueOptions extends AskOptions {
  readonly all?: boolean;
  readonly queue?: QueueName;
  readonly dryRun?: boolean;
  readonly by?: string;
}

/** The queue that names its jobs so; undefined for a name of none. */
const queueOf = (id: string): QueueName | undefined =>
  id.startsWith("account-") ? "registration" : QUEUE_NAMES.find((name) => id.startsWith(`${name}-`));

/** Has all dead letters of a queue done again, a page at a time: live work goes on in between. */
const requeueAll = async (
  base: string,
  queue: QueueName,
  { dryRun = false, by }: RequeueOptions,
  onPage: (requeued: number, left: number) => void,
): Promise<Omit<RequeuedView, "more">> => {
  const requeued: string[] = [];
  const left: RequeuedView["left"] = [];
  for (;;) {
    // What is done again leaves the list; the others stay at its beginning.
    const skip = left.length + (dryRun ? requeued.length : 0);
    const page = await askRelayer(base, "/api/v1/jobs/requeue", requeuedView, { queue, skip, dryRun, by: nameOf(by) });
    requeued.push(...page.requeued);
    left.push(...page.left);
    onPage(requeued.length, left.length);
    if (!page.more) return { requeued, left };
  }
};

/**
 * Has dead letters done again: one by its id, or all of a queue.
 * @throws PdiemError `job/not-failed`, `job/stays`; those of `askRelayer` and `readConfig`
 */
export const requeueCommand = async (
  id: string | undefined,
  options: RequeueOptions,
  output: Output,
): Promise<void> => {
  const { json, dryRun = false, by } = options;
  const base = baseOf(options);
  const queue = options.queue ?? (id === undefined ? undefined : queueOf(id));
  if ((id === undefined) !== (options.all === true) || queue === undefined)
    throw new ConfigError("config/which-jobs", "expected a job's id, or --all with --queue", "never");
  const done =
    id === undefined
      ? await requeueAll(base, queue, options, (count, left) =>
          output.err(`${count} requeued, ${left} left where they are`),
        )
      : await askRelayer(base, "/api/v1/jobs/requeue", requeuedView, { queue, id, dryRun, by: nameOf(by) });
  const { requeued, left } = done;
  if (json === true) output.out(JSON.stringify({ queue, dryRun, requeued, left }));
  else {
    for (const one of left) output.out(`left      ${one.id}: ${one.why}`);
    for (const one of requeued) output.out(`${dryRun ? "would be " : ""}requeued  ${one}`);
    if (left.length + requeued.length === 0) output.out(`nothing failed in the queue ${queue}`);
  }
};

export interface PauseOptions extends AskOptions {
  readonly queue?: readonly QueueName[];
  readonly why?: string;
  readonly by?: string;
}

/**
 * Pauses queues, for all relayers of their Redis, or lets them go on.
 * @throws what `askRelayer` and `readConfig` throw
 */
export const pauseCommand = async (verb: "pause" | "resume", options: PauseOptions, output: Output): Promise<void> => {
  const { queue = QUEUE_NAMES, why, by, json } = options;
  const body = { queues: queue, by: nameOf(by), ...(why === undefined ? {} : { why }) };
  const jobs = await askRelayer(baseOf(options), `/api/v1/jobs/${verb}`, jobsView, body);
  output.out(json === true ? JSON.stringify(jobs) : queueLines(jobs).join("\n"));
};
