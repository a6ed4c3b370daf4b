/** What transfers' jobs tell, without all else that BullMQ keeps of them. */
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { TransferProgress } from "../jobs.js";
import { progressOf } from "../progress.js";

export interface ToldJob {
  /** What Redis has: anybody may have written it. */
  readonly data: unknown;
  readonly progress: TransferProgress;
}

const parsed = (text: string | null | undefined): unknown => {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
};

const TIMESTAMP = /^[0-9]{1,15}$/;

const toldBy = (fields: readonly (string | null)[]): ToldJob | undefined => {
  const [data, progress, timestamp] = fields;
  if (typeof timestamp !== "string" || !TIMESTAMP.test(timestamp)) return undefined;
  return { data: parsed(data), progress: progressOf({ progress: parsed(progress), timestamp: Number(timestamp) }) };
};

/** Reads some jobs of a queue at once, those that there are. */
export type ReadJobs = (queue: Pick<Queue, "toKey">, ids: readonly string[]) => Promise<ReadonlyMap<string, ToldJob>>;

export const createReadJobs =
  (redis: Redis): ReadJobs =>
  async (queue, ids) => {
    const fields = await Promise.all(ids.map((id) => redis.hmget(queue.toKey(id), "data", "progress", "timestamp")));
    return new Map(
      ids.flatMap((id, i) => {
        const told = toldBy(fields[i] ?? []);
        return told === undefined ? [] : [[id, told] as const];
      }),
    );
  };
