import type { Queue } from "bullmq";

/** Lets a job that waits go on at once. One that isn't there, or doesn't wait, needs no waking. */
export const wakeJob = async (queue: Pick<Queue, "getJob">, id: string): Promise<void> => {
  const job = await queue.getJob(id);
  if (job === undefined || !(await job.isDelayed())) return;
  try {
    await job.promote();
  } catch {
    // It went on by itself in between.
  }
};
