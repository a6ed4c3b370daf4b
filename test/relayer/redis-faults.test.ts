/** A Redis that fails in the ways in which managed ones do. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { type RunningRedis, startRedis } from "@pdiem/devnet/local-bridge/redis";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { faultOf } from "@pdiem/relayer/fault";
import { openQueues } from "@pdiem/relayer/jobs/jobs";
import { byClass } from "@pdiem/relayer/jobs/retry";
import { redisObstacles } from "@pdiem/relayer/readiness/redis-obstacles";
import { connectRedis, expectStandalone } from "@pdiem/relayer/stores/redis";
import { type RedisWatch, watchRedis } from "@pdiem/relayer/stores/redis-watch";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { keptLog, WARNING } from "./support/log-lines.js";
import { tcpDetour } from "./support/tcp-detour.js";

const PREFIX = "faults-test";
const source = findRedis();

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server, and a connection that sees it as it is. */
const startServer = async () => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-redis-faults-"));
  closing.push(() => rmSync(folder, { recursive: true }));
  const { url, child } = await startRedis(source, join(folder, "redis.log"), await freePort(), [
    "--repl-diskless-sync-delay",
    "0",
  ]);
  closing.push(() => child?.stop());
  const admin = new Redis(url);
  closing.push(() => admin.disconnect());
  return { url, port: Number(new URL(url).port), admin, child };
};

const connectTo = (url: string) => {
  const { log, lines } = keptLog();
  const redis = connectRedis(url, log);
  closing.push(() => redis.disconnect());
  const watch = watchRedis(redis, PREFIX, log, 100);
  closing.push(watch.stop);
  return { redis, watch, log, lines };
};

const faultIs = (watch: RedisWatch, code: string | undefined) =>
  eventually(() => (watch.state().fault?.code === code ? true : undefined));

const codesOf = (watch: RedisWatch) => {
  const { obstacles, warnings } = redisObstacles(watch.state(), []);
  return { obstacles: obstacles.map(({ code }) => code), warnings: warnings.map(({ code }) => code) };
};

describe.skipIf(source.kind === "url")("a Redis that fails over", () => {
  /** Two servers, the second a replica, and an endpoint that leads to the first. */
  const failOver = async () => {
    const [a, b] = [await startServer(), await startServer()];
    const endpoint = await tcpDetour(a.port);
    closing.push(endpoint.close);
    await b.admin.replicaof("127.0.0.1", a.port);
    await eventually(async () => (/master_link_status:up/.test(await b.admin.info("replication")) ? true : undefined));
    const connected = connectTo(`redis://127.0.0.1:${endpoint.port}`);
    await faultIs(connected.watch, undefined);
    return { a, b, endpoint, ...connected };
  };

  it("is followed to its new primary: what the replica refuses is asked there, and jobs go on", async () => {
    const { a, b, endpoint, redis, watch, lines } = await failOver();
    const queues = openQueues(redis, PREFIX);
    closing.push(() => Promise.all(Object.values(queues).map((queue) => queue.close())));
    const done: string[] = [];
    const worker = new Worker(
      "registration",
      byClass(
        async (job) => void done.push(job.id ?? ""),
        () => undefined,
      ),
      { connection: redis, prefix: PREFIX },
    );
    worker.on("error", () => undefined);
    closing.push(() => worker.close(true));
    await worker.waitUntilReady();
    await b.admin.replicaof("NO", "ONE");
    endpoint.lead(b.port);
    await a.admin.replicaof("127.0.0.1", b.port);
    await redis.set("after", "1");
    expect(await b.admin.get("after")).toBe("1");
    await queues.registration.add("registration", { account: "00".repeat(32) }, { jobId: "account-x" });
    await eventually(() => (done.includes("account-x") ? true : undefined));
    await faultIs(watch, undefined);
    // One reconnection at each refusal, and no outage: nothing was away.
    expect(lines.filter(({ msg }) => msg === "no Redis: jobs wait until it is back")).toEqual([]);
  });

  it("is told of while its endpoint leads to the replica, and goes on once that is promoted", async () => {
    const { a, b, redis, watch, lines } = await failOver();
    await b.admin.replicaof("NO", "ONE");
    await a.admin.replicaof("127.0.0.1", b.port);
    const held = redis.set("held", "1");
    await faultIs(watch, "redis/read-only");
    expect(codesOf(watch).obstacles).toEqual(["redis/read-only"]);
    await a.admin.replicaof("NO", "ONE");
    expect(await held).toBe("OK");
    await faultIs(watch, undefined);
    const told = lines.filter(({ level }) => level >= WARNING);
    expect(told.map(({ msg, code }) => [msg, code])).toEqual([["Redis takes nothing: jobs wait", "redis/read-only"]]);
  });
});

describe.skipIf(source.kind === "url")("a Redis that is connected", () => {
  it.each([
    ["has no memory left", ["maxmemory", "1"], ["maxmemory", "0"], "redis/out-of-memory"],
    [
      "has too few replicas to take anything",
      ["min-replicas-to-write", "1"],
      ["min-replicas-to-write", "0"],
      "redis/busy",
    ],
  ] as const)("and %s is no Redis to rely on, and one again afterwards", async (_, [name, bad], [, good], code) => {
    const { url, admin } = await startServer();
    const { watch, redis } = connectTo(url);
    await faultIs(watch, undefined);
    await admin.config("SET", name, bad);
    await faultIs(watch, code);
    // A queue's script is refused in the same words, and those are the operator's, no defect.
    const queues = openQueues(redis, PREFIX);
    closing.push(() => Promise.all(Object.values(queues).map((queue) => queue.close())));
    const error = await queues.payout
      .add("payout", { from: "1" }, { jobId: "payout-1" })
      .catch((thrown: unknown) => thrown);
    expect(faultOf(error)).toMatchObject({ code, retry: "backoff" });
    await admin.config("SET", name, good);
    await faultIs(watch, undefined);
  });

  it("and hangs is told of as silent", async () => {
    const { url, child } = await startServer();
    const { watch } = connectTo(url);
    await faultIs(watch, undefined);
    const pid = child?.pid ?? 0;
    process.kill(pid, "SIGSTOP");
    try {
      await faultIs(watch, "redis/silent");
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await faultIs(watch, undefined);
  });

  it("and throws keys away when it is full is warned of, while all is well", async () => {
    const { url, admin } = await startServer();
    const { watch } = connectTo(url);
    await faultIs(watch, undefined);
    expect(codesOf(watch)).toEqual({ obstacles: [], warnings: [] });
    await admin.config("SET", "maxmemory-policy", "allkeys-lru");
    await eventually(() => (codesOf(watch).warnings.join() === "redis/evicts" ? true : undefined));
    expect(codesOf(watch).obstacles).toEqual([]);
  });

  it("and wants a password, or gives too few rights, is the operator's to see to", async () => {
    const { url, admin } = await startServer();
    const { watch } = connectTo(url);
    await faultIs(watch, undefined);
    await admin.acl("SETUSER", "default", "-set");
    await faultIs(watch, "redis/forbidden");
    await admin.acl("SETUSER", "default", "+set");
    await faultIs(watch, undefined);
  });
});

const TRIES = 10;

/** Beside its own port it takes the one 10,000 above: one that others' connections may have. */
const startCluster = async (folder: string): Promise<RunningRedis> => {
  for (let left = TRIES; ; left--)
    try {
      return await startRedis(source, join(folder, "redis.log"), await freePort(), ["--cluster-enabled", "yes"]);
    } catch (error) {
      if (left <= 1 || !/already in use/.test(String(error))) throw error;
    }
};

describe.skipIf(source.kind === "url")("a Redis in cluster mode", () => {
  it("is refused with advice where it answers at the start, and an ordinary or absent one isn't", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pdiem-redis-cluster-"));
    closing.push(() => rmSync(folder, { recursive: true }));
    const { url, child } = await startCluster(folder);
    closing.push(() => child?.stop());
    const { redis, watch } = connectTo(url);
    await expect(expectStandalone(redis)).rejects.toMatchObject({
      code: "config/redis-cluster",
      message: expect.stringContaining("cluster-enabled no"),
    });
    await faultIs(watch, "redis/cluster");
    expect(codesOf(watch).obstacles).toEqual(["redis/cluster"]);
    const ordinary = await startServer();
    await expectStandalone(connectTo(ordinary.url).redis);
    await expectStandalone(connectTo(`redis://127.0.0.1:${await freePort()}`).redis);
  });
});
