/** Jobs that failed for good, and having them done again. */
import { PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { Follower } from "../sync/bridge/follower.js";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";
import { isWellFormed } from "./job-data.js";
import { payoutId, type Queues } from "./jobs.js";
import { nextSettlement } from "./settlement/settlement-processor.js";

export interface RequeueParts {
  readonly follower: Pick<Follower, "view">;
  readonly payouts: Pick<PayoutWatch, "unpaid">;
}

const nextPayout = ({ follower, payouts }: RequeueParts): string | undefined => {
  const history = follower.view()?.current?.history;
  const [next] = history === undefined ? [] : payouts.unpaid(history);
  return next === undefined ? undefined : payoutId(next);
};

const nextBatch = ({ follower }: RequeueParts): string | undefined => {
  const view = follower.view();
  return view === undefined ? undefined : nextSettlement(view).id;
};

const NO_WORK = "the relayer isn't at work: it can't tell whether this is still due";

/**
 * Says why a dead letter stays: undefined for one that may be done again.
 * @param parts undefined while there is no work
 */
export const whyItStays = (parts: RequeueParts | undefined, queue: keyof Queues, job: Job): string | undefined => {
  if (!isWellFormed(queue, job)) return "no relayer made it: remove it at /queues. Real ones come again by the chains";
  if (queue !== "settlement" && queue !== "payout") return undefined;
  if (parts === undefined) return NO_WORK;
  if (queue === "settlement")
    return nextBatch(parts) === job.id ? undefined : "its ledger or nonce was used: a later batch has taken its place";
  return nextPayout(parts) === job.id ? undefined : "its release isn't the next to be paid: another job pays";
};

/** Finds a dead letter. @throws PdiemError `job/not-failed` */
export const findDeadLetter = async (queues: Queues, queue: keyof Queues, id: string): Promise<Job> => {
  const job: Job | undefined = await queues[queue].getJob(id);
  if (job !== undefined && (await job.isFailed())) return job;
  const found = job === undefined ? "no such job" : `one that is ${await job.getState()}`;
  throw new PdiemError(
    "job/not-failed",
    `expected ${id} among what failed in the queue ${queue}, found ${found}`,
    "never",
  );
};

/** Lists dead letters of a queue, the newest first. */
export const deadLetters = (
  queues: Queues,
  queue: keyof Queues,
  from: number,
  count: number,
): Promise<readonly Job[]> => queues[queue].getJobs(["failed"], from, from + count - 1);

/**
 * Has a dead letter done again. Its processor looks at the chains first, so a second time is
 * harmless.
 */
export const requeue = async (job: Job): Promise<void> => {
  await job.retry("failed", { resetAttemptsMade: true });
};
