import { isPdiemError } from "@pdiem/light-client/error";
import { DelayedError, type Job, UnrecoverableError } from "bullmq";
import { reasonOf } from "../error.js";
import { faultOf } from "../fault.js";

/**
 * Thrown by a processor to be run again after `delayMs`: nothing failed, the world isn't there
 * yet.
 */
export class Wait extends Error {
  override readonly name = "Wait";
  constructor(
    readonly delayMs: number,
    /** For people: what is being waited for. */
    readonly reason: string,
  ) {
    super(reason);
  }
}

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;
const LATER_MS = 3_000;

/**
 * Doubles from half a second to a minute. Up to a quarter is taken off at random, so that relayers
 * don't march in step.
 */
export const backoffMs = (attemptsMade: number, random: () => number = Math.random): number => {
  const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, attemptsMade - 1));
  return Math.round(full * (1 - random() / 4));
};

/**
 * Runs a processor and gives its errors to BullMQ by class. `later` and `Wait` go back to the
 * delayed jobs and count as no failure. `never` is dead-lettered with its reason; all else is tried
 * again with backoff.
 * @param onError told about every error that isn't a `Wait`
 */
export const byClass =
  <D, R>(process: (job: Job<D, R>) => Promise<R>, onError: (job: Job<D, R>, error: unknown) => void) =>
  async (job: Job<D, R>, token?: string): Promise<R> => {
    const wait = async (delayMs: number): Promise<never> => {
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    };
    try {
      return await process(job);
    } catch (error) {
      if (error instanceof Wait) return await wait(error.delayMs);
      onError(job, error);
      if (!isPdiemError(error)) throw faultOf(error) ?? error;
      if (error.retry === "later") return await wait(LATER_MS);
      if (error.retry === "never") throw new UnrecoverableError(reasonOf(error));
      throw error;
    }
  };
