/** Dead letters and pauses, by command: a relayer with Redis, whose enclave is away. */
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { openQueues, type Queues } from "@pdiem/relayer/jobs/jobs";
import type { DeadLettersView, JobsView } from "@pdiem/relayer/views/jobs-view";
import { UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { pdiem, pdiemDone } from "../e2e/support/pdiem.js";
import { type LoneRelayer, startLoneRelayer, temporaryFolder } from "./support/lone-relayer.js";

const closing: (() => unknown)[] = [];
let lone: LoneRelayer;
let queues: Queues;
let redis: Redis;
let at: readonly string[];

beforeAll(async () => {
  const folder = temporaryFolder(closing);
  const server = await startRedis(findRedis(), join(folder, "redis.log"));
  closing.push(() => server.child?.stop());
  lone = await startLoneRelayer({ folder, bridge: exampleConfig, redisUrl: server.url }, closing);
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queues = openQueues(redis, lone.prefix);
  closing.push(async () => {
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
  });
  at = ["-c", join(folder, "relayer.json"), "--api", lone.relayer.url];
});

beforeEach(async () => {
  for (const queue of Object.values(queues)) await queue.obliterate({ force: true });
});

afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const payment = { version: "1", currency: "XUS", amount: "1", sender: "", metadata: "" };

/** Has the jobs that wait in a queue fail for good, as by a defect that was mended since. */
const failAll = async (queue: keyof Queues, count: number): Promise<void> => {
  const worker = new Worker(queue, () => Promise.reject(new UnrecoverableError("a defect, mended by now")), {
    connection: redis,
    prefix: lone.prefix,
    autorun: false,
  });
  for (let i = 0; i < count; i++) {
    const job = await worker.getNextJob(`token-${i}`);
    if (job !== undefined)
      await job.moveToFailed(new UnrecoverableError("a defect, mended by now"), `token-${i}`, false);
  }
  await worker.close();
};

const addDeposits = async (count: number): Promise<void> => {
  await queues.deposit.addBulk(
    Array.from({ length: count }, (_, i) => ({
      name: "deposit",
      data: { number: String(i), ...payment },
      opts: { jobId: `deposit-${i}` },
    })),
  );
};

describe("pdiem jobs", () => {
  it("shows each queue, and what failed for good with its reason, age and transfer", async () => {
    await addDeposits(3);
    await failAll("deposit", 1);
    const {
      queues: shown,
      failed,
      count,
    } = JSON.parse(await pdiemDone("jobs", "--json", ...at)) as JobsView & DeadLettersView;
    expect(shown.find(({ name }) => name === "deposit")?.counts).toMatchObject({ failed: 1, waiting: 2 });
    expect(count).toBe(1);
    expect(failed).toMatchObject([{ queue: "deposit", id: "deposit-0", reason: "a defect, mended by now" }]);
    const text = await pdiemDone("jobs", ...at);
    expect(text).toContain("deposit      1 failed, 2 waiting");
    expect(text).toMatch(/^failed {7}deposit deposit-0, [0-9]+ (?:s|min) ago: a defect, mended by now$/m);
  });

  it("requeues one, or tells in a dry run that it would", async () => {
    await addDeposits(1);
    await failAll("deposit", 1);
    expect(await pdiemDone("jobs", "requeue", "deposit-0", "--dry-run", ...at)).toBe("would be requeued  deposit-0");
    expect(await queues.deposit.getJobState("deposit-0")).toBe("failed");
    expect(await pdiemDone("jobs", "requeue", "deposit-0", "--by", "ada", ...at)).toBe("requeued  deposit-0");
    expect(await queues.deposit.getJobState("deposit-0")).toBe("waiting");
    expect(lone.lines.find(({ msg }) => msg === "job requeued by command")).toMatchObject({
      job: "deposit-0",
      by: "ada",
    });
    expect(await pdiem("jobs", "requeue", "deposit-0", ...at)).toMatchObject({
      code: 1,
      err: expect.stringContaining("job/not-failed: expected deposit-0 among what failed"),
    });
  });

  it("requeues all, over several pages, and leaves what no relayer made", async () => {
    await addDeposits(150);
    await queues.deposit.add("deposit", { number: "x", ...payment }, { jobId: "deposit-bad" });
    await failAll("deposit", 151);
    const dry = await pdiemDone("jobs", "requeue", "--all", "--queue", "deposit", "--dry-run", "--json", ...at);
    expect(JSON.parse(dry).requeued.length).toBe(150);
    expect((await queues.deposit.getJobCounts()).failed).toBe(151);
    const done = JSON.parse(await pdiemDone("jobs", "requeue", "--all", "--queue", "deposit", "--json", ...at));
    expect(new Set(done.requeued).size).toBe(150);
    expect(done.left).toEqual([{ id: "deposit-bad", why: expect.stringContaining("no relayer made it") }]);
    expect(await queues.deposit.getJobCounts()).toMatchObject({ failed: 1, waiting: 150 });
  });

  it("leaves a batch's job while nothing tells whether it is due", async () => {
    const id = "settlement-3-00";
    await queues.settlement.add("settlement", { anchor: "00".repeat(32), nonce: 3 }, { jobId: id });
    await failAll("settlement", 1);
    expect(await pdiem("jobs", "requeue", id, ...at)).toMatchObject({
      code: 1,
      err: expect.stringContaining("job/stays"),
    });
  });

  it("pauses queues with who and why, told in readiness, and resumes them", async () => {
    await pdiemDone("jobs", "pause", "--queue", "payout", "--by", "ada", "--why", "Diem is upgraded", ...at);
    expect(await queues.payout.isPaused()).toBe(true);
    const { view } = await lone.ready();
    expect(view.obstacles.find(({ code }) => code === "queues/paused")?.text).toMatch(
      /ada has paused the queue payout \(20.*Z\): Diem is upgraded/,
    );
    expect(await pdiemDone("jobs", ...at)).toMatch(/payout {7}empty; PAUSED by ada for .*: Diem is upgraded/);
    await pdiemDone("jobs", "resume", "--queue", "payout", ...at);
    expect(await queues.payout.isPaused()).toBe(false);
    expect(await lone.codes()).not.toContain("queues/paused");
  });

  it("refuses what it can't tell the meaning of, by the exit code of wrong usage", async () => {
    expect(await pdiem("jobs", "requeue", ...at)).toMatchObject({ code: 2 });
    expect(await pdiem("jobs", "requeue", "--all", ...at)).toMatchObject({ code: 2 });
    expect(await pdiem("jobs", "pause", ...at)).toMatchObject({ code: 2 });
    expect(await pdiem("jobs", "--queue", "mail", ...at)).toMatchObject({ code: 2 });
  });
});
