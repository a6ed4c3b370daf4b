import { z } from "zod";
import { STAGES, type Stage, type ToldTimes, type TransferProgress } from "./jobs.js";

const time = z.number().exactOptional();
const shown: z.ZodType<TransferProgress> = z.object({
  stage: z.enum(STAGES),
  at: z.object({ seen: time, proven: time, settled: time, finalized: time }),
  batch: z.string().exactOptional(),
  waitingFor: z.string().exactOptional(),
});

/**
 * Tells what a transfer's job shows; `seen` when it was made, until it says otherwise. Anybody may
 * have written it.
 */
export const progressOf = (job: { readonly progress: unknown; readonly timestamp: number }): TransferProgress =>
  shown.safeParse(job.progress).data ?? { stage: "seen", at: { seen: job.timestamp } };

/** Moves it further on. A stage once reached keeps its time. */
export const reach = (progress: TransferProgress, stage: Stage, batch?: string, now = Date.now()): TransferProgress => {
  const { waitingFor: _, ...rest } = progress;
  return {
    ...rest,
    stage,
    at: { ...progress.at, [stage]: progress.at[stage] ?? now },
    ...(batch === undefined ? {} : { batch }),
  };
};

/** Shows a transfer that had ended when its job was made, as the chains tell it. */
export const toldAgain = (times: ToldTimes, batch: string): TransferProgress => ({
  stage: "finalized",
  at: times,
  batch,
});
