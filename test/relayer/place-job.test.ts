/** Where a transfer's job stands, and what is made of it when somebody clears or replays. */
import { openQueues, type Queues } from "@pdiem/relayer/jobs/jobs";
import { placeJob } from "@pdiem/relayer/jobs/upkeep/place-job";
import type { TransferFacts } from "@pdiem/relayer/jobs/upkeep/transfer-facts";
import { UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useTestRedis } from "./support/test-redis.js";

const PREFIX = "place-job-test";
const ID = "deposit-1";
const TOKEN = "a worker's";

let redis: Redis;
useTestRedis((connection) => {
  redis = connection;
});

let queues: Queues;
beforeAll(() => {
  queues = openQueues(redis, PREFIX);
});
afterAll(() => Promise.all(Object.values(queues).map((queue) => queue.close())));

const facts = (isEnded: boolean, seen?: number): TransferFacts => ({
  id: ID,
  queue: "deposit",
  isEnded,
  ...(seen === undefined ? {} : { seen }),
  data: { number: "1", version: "1", currency: "XUS", amount: "1", sender: "", metadata: "" },
});

const place = (isEnded: boolean, isAnew = false, isDryRun = false) =>
  placeJob(queues.deposit, facts(isEnded), isAnew, isDryRun);

/** Has a worker take the job up, and end it so. */
const work = async (end: "nothing" | "completed" | "failed"): Promise<void> => {
  const worker = new Worker("deposit", async () => undefined, { connection: redis, prefix: PREFIX, autorun: false });
  const job = await worker.getNextJob(TOKEN);
  if (end === "completed") await job?.moveToCompleted(undefined, TOKEN, false);
  if (end === "failed") await job?.moveToFailed(new UnrecoverableError("no"), TOKEN, false);
  await worker.close(true);
};

const state = () => queues.deposit.getJobState(ID);

describe("the job of a transfer", () => {
  it("is made where there is none, and left where it waits", async () => {
    expect(await place(false, false, true)).toBe("made");
    expect(await state()).toBe("unknown");
    expect(await place(false)).toBe("made");
    expect(await place(false)).toBe("there");
    expect(await state()).toBe("waiting");
  });

  it("is made anew where it failed, or was done before the transfer was", async () => {
    for (const end of ["failed", "completed"] as const) {
      await place(false, true);
      await work(end);
      expect(await state()).toBe(end);
      expect(await place(false)).toBe("made");
      expect(await state()).toBe("waiting");
    }
  });

  it("is left done where the transfer has ended, unless it is replayed", async () => {
    await place(true);
    await work("completed");
    expect(await place(true)).toBe("there");
    expect(await place(true, true)).toBe("made");
    expect(await state()).toBe("prioritized");
  });

  it("isn't taken from whoever works on it", async () => {
    await place(false);
    await work("nothing");
    expect(await place(false, true)).toBe("busy");
    expect(await state()).toBe("active");
  });

  it("is as old as its payment, and behind live work where that has ended", async () => {
    await placeJob(queues.deposit, facts(true, 1_000), false, false);
    const { timestamp, opts } = (await queues.deposit.getJob(ID)) ?? {};
    expect(timestamp).toBe(1_000);
    expect(opts?.priority).toBeGreaterThan(0);
  });
});
