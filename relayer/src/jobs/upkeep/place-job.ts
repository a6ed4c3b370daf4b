/** Puts a transfer's job where it belongs. */
import type { JobsOptions, Queue } from "bullmq";
import { NO_TRACING, type Tracing } from "../../tracing/tracing.js";
import { isWorkedOff } from "../jobs.js";
import type { TransferFacts } from "./transfer-facts.js";

/** `busy`: somebody is at it this moment, so it needs none. */
export type Placed = "made" | "there" | "busy";

/** Live work goes before it. */
const HISTORY_PRIORITY = 100;

const optionsOf = ({ id, isEnded, seen }: TransferFacts): JobsOptions => ({
  jobId: id,
  ...(seen === undefined ? {} : { timestamp: seen }),
  ...(isEnded ? { priority: HISTORY_PRIORITY } : {}),
});

/**
 * Makes a job where none stands that will do what is due; for what has ended, where none shows it.
 * @param isAnew makes it anew whatever there is
 * @param isRecorded whether what has ended is shown without a job
 */
export const placeJob = async (
  queue: Queue,
  facts: TransferFacts,
  isAnew: boolean,
  isDryRun: boolean,
  isRecorded = false,
  tracing: Pick<Tracing, "jobOptions"> = NO_TRACING,
): Promise<Placed> => {
  const { id, isEnded } = facts;
  const state = await queue.getJobState(id);
  const there = (await queue.getJob(id)) !== undefined;
  const isStanding = there && state !== "unknown" && state !== "failed" && (isEnded || !isWorkedOff(state));
  const isFine = isStanding || (isEnded && isRecorded);
  if (isFine && !isAnew) return "there";
  if (state === "active") return "busy";
  if (isDryRun) return "made";
  if (there && (await queue.remove(id)) === 0) return "busy";
  await queue.add(facts.queue, facts.data, { ...optionsOf(facts), ...tracing.jobOptions(id) });
  return "made";
};
