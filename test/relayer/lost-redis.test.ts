import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { jobCounts } from "@pdiem/relayer/jobs/job-counts";
import { openQueues } from "@pdiem/relayer/jobs/jobs";
import { connectRedis, tellQueueError } from "@pdiem/relayer/stores/redis";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { keptLog } from "./support/log-lines.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Line {
  readonly level: number;
  readonly msg: string;
}

const WARNING = 40;
const source = findRedis();

describe.skipIf(source.kind === "url")("a Redis that is lost", () => {
  it("is told of at intervals, and for how long it was away once it is back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pdiem-lost-redis-"));
    closing.push(() => rmSync(folder, { recursive: true }));
    const port = await freePort();
    const first = await startRedis(source, join(folder, "redis.log"), port);
    const { log, lines } = keptLog();
    const redis = connectRedis(first.url, log, 50);
    closing.push(() => redis.disconnect());
    await redis.ping();
    await first.child?.kill();
    const still = () => lines.filter(({ msg }) => msg === "still no Redis");
    await eventually(() => (still().length > 2 ? true : undefined));
    const second = await startRedis(source, join(folder, "redis.log"), port);
    closing.push(() => second.child?.stop());
    const back = await eventually(() => lines.find(({ msg }) => msg === "Redis is back"));
    expect(back.seconds).toBeGreaterThanOrEqual(0);
    const count = still().length;
    await redis.ping();
    expect(still().length).toBe(count);
  });

  it("is told of once, and once more when it is back, whoever else finds out", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pdiem-lost-redis-"));
    closing.push(() => rmSync(folder, { recursive: true }));
    const port = await freePort();
    const start = () => startRedis(source, join(folder, "redis.log"), port);
    const first = await start();
    const lines: Line[] = [];
    const log = pino({ level: "debug" }, { write: (text: string) => void lines.push(JSON.parse(text)) });
    const redis = connectRedis(first.url, log);
    const queues = openQueues(redis, "lost-test");
    closing.push(() => Promise.all(Object.values(queues).map((queue) => queue.close())).then(() => redis.disconnect()));
    let failures = 0;
    for (const queue of Object.values(queues)) {
      queue.on("error", tellQueueError(redis, log));
      queue.on("error", () => {
        failures += 1;
      });
    }
    await eventually(async () => ((await jobCounts(queues))?.deposit.failed === 0 ? true : undefined));

    await first.child?.kill();
    await eventually(() => (failures > 20 ? true : undefined));
    expect(await jobCounts(queues)).toBeUndefined();
    const second = await start();
    closing.push(() => second.child?.stop());
    await eventually(async () => ((await jobCounts(queues)) === undefined ? undefined : true));
    await eventually(() => (lines.some(({ msg }) => msg === "Redis is back") ? true : undefined));
    expect(lines.filter(({ level }) => level >= WARNING).map(({ msg }) => msg)).toEqual([
      "no Redis: jobs wait until it is back",
    ]);
    expect(lines.filter(({ msg }) => msg === "Redis is back")).toHaveLength(1);
  });
});
