import { eventually } from "@pdiem/devnet/testing/rpc";
import { PdiemError, type Retry } from "@pdiem/light-client/error";
import { codeOf } from "@pdiem/relayer/fault";
import { ensureJob, openQueues, type Queues, repairJob } from "@pdiem/relayer/jobs/jobs";
import { byClass, Wait } from "@pdiem/relayer/jobs/retry";
import { keepBisection } from "@pdiem/relayer/jobs/settlement/bisection";
import { depositId } from "@pdiem/relayer/sync/transfers/transfer-id";
import { type Job, UnrecoverableError, Worker } from "bullmq";
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

describe("Redis is no authority:", () => {
  const due = { from: "5" };
  const backoffStrategy = () => 10;
  const workerOptions = () => ({ connection: redis, prefix: PREFIX, settings: { backoffStrategy } });
  const ensure = (now?: number) => ensureJob(queues.payout, "payout-5", due, now);
  const later = () => Date.now() + 60_000;
  const isWaiting = async () => (await queues.payout.getJobState("payout-5")) === "waiting";

  afterEach(() => queues.payout.obliterate({ force: true }));

  it("a job whose hash stands in no list is made anew, once", async () => {
    expect(await ensure()).toBeUndefined();
    expect(await redis.lrem(`${PREFIX}:payout:wait`, 0, "payout-5")).toBe(1);
    expect(await ensure()).toBe("nowhere");
    expect(await isWaiting()).toBe(true);
    expect(await ensure()).toBeUndefined();
  });

  it("one that has lost its place among the delayed, or the active, is, too", async () => {
    await ensure();
    const worker = new Worker("payout", null, { connection: redis, prefix: PREFIX, lockDuration: 60_000 });
    closing.push(() => worker.close());
    const job = await worker.getNextJob("token");
    expect(await redis.lrem(`${PREFIX}:payout:active`, 0, "payout-5")).toBe(1);
    // Whoever runs it may still end it.
    expect(await ensure()).toBeUndefined();
    await redis.del(`${PREFIX}:payout:payout-5:lock`);
    expect(await ensure()).toBe("nowhere");
    const again = await worker.getNextJob("token");
    expect(again?.id).toBe(job?.id);
    await again?.moveToDelayed(Date.now() + 3_600_000, "token");
    expect(await ensure()).toBeUndefined();
    expect(await redis.zrem(`${PREFIX}:payout:delayed`, "payout-5")).toBe(1);
    expect(await ensure()).toBe("nowhere");
    expect(await isWaiting()).toBe(true);
  });

  it("one that was ended or failed for good long ago, though it is due, is, too, and a moment ago isn't", async () => {
    for (const end of ["completed", "failed"] as const) {
      await ensure();
      const worker = new Worker("payout", null, { connection: redis, prefix: PREFIX, lockDuration: 60_000 });
      const job = await worker.getNextJob("token");
      if (end === "completed") await job?.moveToCompleted({ used: 0 }, "token", false);
      else await job?.moveToFailed(new UnrecoverableError("somebody's"), "token", false);
      await worker.close();
      expect(await ensure()).toBeUndefined();
      expect(await ensure(later())).toBe("ended");
      expect(await isWaiting()).toBe(true);
      await queues.payout.remove("payout-5");
    }
  });

  it("a transfer's or registration's job without a place is made anew with what it holds, and no other is", async () => {
    await add(10);
    await add(11);
    expect(await redis.lrem(`${PREFIX}:deposit:wait`, 0, depositId("10"))).toBe(1);
    expect(await repairJob(queues.deposit, depositId("10"))).toBe(true);
    expect(await repairJob(queues.deposit, depositId("10"))).toBe(false);
    expect(await repairJob(queues.deposit, depositId("11"))).toBe(false);
    expect(await repairJob(queues.deposit, depositId("12"))).toBe(false);
    expect(await queues.deposit.getJobState(depositId("10"))).toBe("waiting");
    expect((await queues.deposit.getJob(depositId("10")))?.data).toMatchObject({ number: "10", currency: "XUS" });
    expect(await queues.deposit.getJob(depositId("12"))).toBeUndefined();
  });

  it("a job whose lock was evicted while it ran is taken up again, and ends", async () => {
    await add(7);
    let runs = 0;
    const errors: string[] = [];
    const worker = new Worker(
      "deposit",
      byClass(
        async (job) => {
          runs += 1;
          if (runs === 1) {
            expect(await redis.del(`${PREFIX}:deposit:${job.id}:lock`)).toBe(1);
            throw new Wait(10, "what comes later");
          }
          return `after ${runs} runs`;
        },
        () => undefined,
      ),
      { ...workerOptions(), stalledInterval: 200, maxStalledCount: 1_000_000 },
    );
    worker.on("error", (error) => errors.push(codeOf(error)));
    closing.push(() => worker.close());
    expect((await inState(depositId("7"), "completed")).returnvalue).toMatch(/^after \d runs$/);
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors)).toEqual(new Set(["redis/lost-job"]));
  });

  it("a job that vanishes while it runs does no harm, and is no defect", async () => {
    await add(8);
    const errors: string[] = [];
    let isDone = false;
    const worker = new Worker(
      "deposit",
      byClass(
        async (job) => {
          await redis.del(`${PREFIX}:deposit:${job.id}`);
          isDone = true;
          throw new Wait(10, "what comes later");
        },
        () => undefined,
      ),
      workerOptions(),
    );
    worker.on("error", (error) => errors.push(codeOf(error)));
    closing.push(() => worker.close());
    await eventually(() => (isDone && errors.length > 0 ? true : undefined));
    expect(new Set(errors)).toEqual(new Set(["redis/lost-job"]));
  });
});

describe("a fault that lasts", () => {
  it.each([
    ["of a node", () => new PdiemError("rpc/unreachable", `expected an answer: ${"x".repeat(5_000)}`, "backoff")],
    ["of ours", () => new TypeError("y".repeat(5_000))],
    ["of Redis", () => Object.assign(new Error("OOM command not allowed"), { name: "ReplyError" })],
  ])("%s leaves no more in Redis than a few attempts do", async (_, fault) => {
    await add(9);
    let runs = 0;
    work(async () => {
      runs += 1;
      throw fault();
    }, 1);
    const bytes = (field: string) => redis.hstrlen(`${PREFIX}:deposit:${depositId("9")}`, field);
    await eventually(() => (runs > 5 ? true : undefined));
    const [traces, reason] = [await bytes("stacktrace"), await bytes("failedReason")];
    await eventually(() => (runs > 60 ? true : undefined));
    expect(await bytes("stacktrace")).toBeLessThanOrEqual(traces + 2_000);
    expect(await bytes("failedReason")).toBe(reason);
    expect(traces).toBeLessThan(20_000);
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
