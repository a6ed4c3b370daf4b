import { STAGES, type Stage, type ToldTimes, type TransferProgress } from "./jobs.js";

const isProgress = (value: unknown): value is TransferProgress =>
  typeof value === "object" &&
  value !== null &&
  "stage" in value &&
  "at" in value &&
  STAGES.some((stage) => stage === value.stage);

/** Tells what a transfer's job shows; `seen` when it was made, until it says otherwise. */
export const progressOf = (job: { readonly progress: unknown; readonly timestamp: number }): TransferProgress =>
  isProgress(job.progress) ? job.progress : { stage: "seen", at: { seen: job.timestamp } };

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
