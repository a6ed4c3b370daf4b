import { z } from "zod";

export const QUEUE_NAMES = ["deposit", "withdrawal", "payout", "registration", "settlement"] as const;
export const queueName = z.enum(QUEUE_NAMES);

/** Jobs by queue and state. */
export const jobsView = z.object({
  queues: z.array(
    z.object({
      name: queueName,
      counts: z.record(z.string(), z.int()),
      /** Somebody has paused it. Who, when (ms since 1970) and why is known where a command did. */
      paused: z.object({ by: z.string().optional(), why: z.string().optional(), at: z.number().optional() }).optional(),
    }),
  ),
});
export type JobsView = z.output<typeof jobsView>;

/** One that failed for good: it does nothing until somebody has it done again. */
const deadLetter = z.object({
  queue: queueName,
  id: z.string(),
  transfer: z.string().optional(),
  release: z.string().optional(),
  batch: z.string().optional(),
  reason: z.string(),
  /** When, ms since 1970. */
  failedAt: z.number(),
  attempts: z.int(),
  /** Why it can't be done again, or needn't be. */
  stays: z.string().optional(),
});
export type DeadLetter = z.output<typeof deadLetter>;

/** The newest of each queue first. */
export const deadLettersView = z.object({
  failed: z.array(deadLetter),
  /** How many there are in those queues. */
  count: z.int(),
});
export type DeadLettersView = z.output<typeof deadLettersView>;

/** What became of a page of dead letters. */
export const requeuedView = z.object({
  /** Ids of those that are done again, or would be in a dry run. */
  requeued: z.array(z.string()),
  /** What stays, and why. */
  left: z.array(z.object({ id: z.string(), why: z.string() })),
  /** Whether there are more to look at. */
  more: z.boolean(),
});
export type RequeuedView = z.output<typeof requeuedView>;
