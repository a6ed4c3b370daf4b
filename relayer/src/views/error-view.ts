import { z } from "zod";

/** What is answered instead, with a status of 400 or more. */
export const errorView = z.object({
  /** Stable, for programs. */
  code: z.string(),
  /** What was expected and what came, for people. */
  message: z.string(),
  /** Whether asking again helps: `never`, `later` once something has changed, or `backoff`. */
  retry: z.enum(["never", "later", "backoff"]),
});

export type ErrorView = z.output<typeof errorView>;
