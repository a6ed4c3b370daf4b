import type { Logger } from "pino";

/** What the log names a job by: its id, and what it is about. */
export interface NamedJob {
  readonly job: string;
  readonly transfer?: string | undefined;
  readonly release?: string;
}

/**
 * Tells the log of a job that was due, and that Redis had lost.
 * @param was what `ensureJob` gave: undefined where there is nothing to tell
 */
export const tellAnew = (log: Pick<Logger, "warn">, named: NamedJob, was: string | undefined): void => {
  if (was !== undefined) log.warn({ ...named, was }, "a job that is due was made anew: Redis had lost it");
};
