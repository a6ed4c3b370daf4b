import { eventually } from "@pdiem/devnet/testing/rpc";
import { PdiemError, type Retry } from "@pdiem/light-client/error";
import { openQueues, type Queues } from "@pdiem/relayer/jobs/jobs";
import { byClass, Wait } from "@pdiem/relayer/jobs/retry";
import { keepBisection } from "@pdiem/relayer/jobs/settlement/bisection";
import { depositId } from "@pdiem/relayer/sync/transfers/transfer-id";
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "./support/test-redis.js";

const PREFIX = "queues-test";
const payment = { version: "1", currency: "XUS", amount: "1", sender: "", metadata: "" };

let server: TestRedis;
let redis: Redis;
let queues: Queues;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startTestRedis();
  ({ redis } = server);
  queues = openQueues(redis, PREFIX);
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await queues.deposit.obliterate({ force: true });
});

afterAll(async () => {
  await Promise.all(Object.values(queues).map((queue) => queue.close()));
  await server.close();
});

/** A worker on the deposits' queue, as the relayer runs one. */
const work = (process: (job: Job) => Promise<string>, backoff = 10): void => {
  const worker = new Worker(
    "deposit",
    byClass(process, () => undefined),
    {
      connection: redis,
      prefix: PREFIX,
      settings: { backoffStrategy: () => backoff },
    },
  );
  closing.push(() => worker.close());
};

const add = (number: number): Promise<Job> =>
  queues.deposit.add("deposit", { number: String(number), ...payment }, { jobId: depositId(String(number)) });

const inState = (id: string, state: string): Promise<Job> =>
  eventually(async () => {
    // The job as read before it got there would lack what it got there with.
    const isThere = (await queues.deposit.getJobState(id)) === state;
    return isThere ? queues.deposit.getJob(id) : undefined;
  });

const failingOnce = (retry: Retry): ((job: Job) => Promise<string>) => {
  let runs = 0;
  return async () => {
    runs += 1;
    if (runs === 1) throw new PdiemError(`test/${retry}`, "the first time", retry);
    return `after ${runs} runs`;
  };
};

describe("a queued transfer", () => {
  it("is one job however often it is seen", async () => {
    await Promise.all([add(1), add(1), add(1)]);
    expect(await queues.deposit.getJobCountByTypes("waiting", "delayed", "active")).toBe(1);
  });

  it("is tried again after a passing fault", async () => {
    await add(2);
    work(failingOnce("backoff"));
    const job = await inState(depositId("2"), "completed");
    expect(job.returnvalue).toBe("after 2 runs");
    expect(job.attemptsMade).toBe(2);
  });

  it("is dead-lettered with the code when it can never succeed, and can be put back", async () => {
    await add(3);
    work(failingOnce("never"));
    const job = await inState(depositId("3"), "failed");
    expect(job.failedReason).toBe("test/never: the first time");
    await job.retry();
    expect((await inState(depositId("3"), "completed")).returnvalue).toBe("after 2 runs");
  });

  it("waits without having failed when the world isn't there yet", async () => {
    await add(4);
    work(failingOnce("later"));
    const job = await inState(depositId("4"), "delayed");
    expect(job.attemptsMade).toBe(0);
    expect(job.failedReason).toBeUndefined();
    await job.promote();
    expect((await inState(depositId("4"), "completed")).returnvalue).toBe("after 2 runs");
  });

  it("can be woken from a wait of any length", async () => {
    let open = false;
    await add(5);
    work(async () => {
      if (!open) throw new Wait(3_600_000, "a door that opens");
      return "through";
    });
    const job = await inState(depositId("5"), "delayed");
    open = true;
    await job.promote();
    expect((await inState(depositId("5"), "completed")).returnvalue).toBe("through");
  });

  it("is taken up by another worker when the one that had it has died", async () => {
    await add(6);
    const dead = new Worker("deposit", null, { connection: redis, prefix: PREFIX, lockDuration: 200 });
    closing.push(() => dead.close());
    expect((await dead.getNextJob("dead"))?.id).toBe(depositId("6"));
    const worker = new Worker(
      "deposit",
      byClass(
        async () => "by another",
        () => undefined,
      ),
      {
        connection: redis,
        prefix: PREFIX,
        stalledInterval: 300,
        maxStalledCount: 1_000_000,
      },
    );
    closing.push(() => worker.close());
    expect((await inState(depositId("6"), "completed")).returnvalue).toBe("by another");
  });
});

describe("bisection", () => {
  it("counts failures for every relayer that shares the queues, until they are forgiven", async () => {
    const [one, other] = [keepBisection(redis, PREFIX), keepBisection(redis, PREFIX)];
    await one.countFailure(["7", "8"]);
    await other.countFailure(["8"]);
    expect(await one.failures()).toEqual(
      new Map([
        ["7", 1],
        ["8", 2],
      ]),
    );
    await one.forget(["8"]);
    expect(await other.failures()).toEqual(new Map([["7", 1]]));
  });
});
