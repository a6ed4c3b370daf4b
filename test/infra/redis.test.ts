/** Redis as it is deployed: its configuration and access list, and a real queue through both. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "@pdiem/devnet/local-bridge/child";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { REPOSITORY, textOf } from "./support/files.js";

const source = findRedis();

if (source.kind === "url") it.skip("the configuration isn't tried: REDIS_URL names a Redis that runs already");
else
  describe("Redis, configured as it is deployed", () => {
    const password = randomBytes(16).toString("hex");
    let port = 0;
    let folder = "";
    let stop: () => Promise<void> = async () => undefined;

    const connect = (user: string, secret: string): Redis => {
      const redis = new Redis({
        host: "127.0.0.1",
        port,
        username: user,
        password: secret,
        maxRetriesPerRequest: null,
        retryStrategy: () => null,
        lazyConnect: true,
      });
      redis.on("error", () => undefined);
      onTestFinished(() => redis.disconnect());
      return redis;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "pdiem-redis-"));
      const users = join(folder, "users.acl");
      const hash = createHash("sha256").update(password).digest("hex");
      await writeFile(users, textOf("infra/redis/users.acl.example").replace("SHA256_OF_PASSWORD", hash));
      port = await freePort(0);
      const { child } = await startChild(
        {
          name: "Redis",
          command: source.path,
          args: [
            join(REPOSITORY, "infra/redis/redis.conf"),
            ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--aclfile", users],
          ],
          ...(source.libraries === undefined ? {} : { env: { LD_LIBRARY_PATH: source.libraries } }),
          log: join(folder, "redis.log"),
        },
        (line) => (line.includes("Ready to accept connections") ? true : undefined),
        60_000,
      );
      stop = () => child.stop();
    });
    afterAll(async () => {
      await stop();
      await rm(folder, { recursive: true });
    });

    it("runs a relayer's queues: jobs, pauses, dead letters, counts", async () => {
      const redis = connect("pdiem", password);
      const queue = new Queue("deposit", { connection: redis, prefix: "pdiem-0x01" });
      await queue.add("good", {}, { jobId: "one" });
      await queue.add("bad", {}, { jobId: "two" });
      await queue.pause();
      await queue.resume();
      const worker = new Worker(
        "deposit",
        async ({ name }) => {
          if (name === "bad") throw new Error("for good");
        },
        { connection: redis, prefix: "pdiem-0x01" },
      );
      await expect.poll(() => queue.getJobCounts("completed", "failed")).toEqual({ completed: 1, failed: 1 });
      await worker.close();
      await queue.obliterate();
      await queue.close();
    });

    it("tells that it evicts nothing and keeps what it is given", async () => {
      const info = await connect("pdiem", password).info();
      expect(info).toMatch(/^maxmemory_policy:noeviction\r?$/m);
      expect(info).toMatch(/^aof_enabled:1\r?$/m);
    });

    it("lets nobody in without the password, and the relayers' user at nothing else", async () => {
      await expect(connect("pdiem", "wrong").connect()).rejects.toThrow();
      await expect(connect("default", "").ping()).rejects.toThrow(/NOAUTH|NOPERM|WRONGPASS/);
      const redis = connect("pdiem", password);
      await expect(redis.set("other", "1")).rejects.toThrow(/NOPERM/);
      await expect(redis.config("SET", "appendonly", "no")).rejects.toThrow(/NOPERM/);
      await expect(redis.flushall()).rejects.toThrow(/NOPERM/);
    });
  });
