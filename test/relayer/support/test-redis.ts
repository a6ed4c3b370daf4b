import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { createLog } from "@pdiem/relayer/log";
import { connectRedis } from "@pdiem/relayer/stores/redis";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { findRedis } from "../../../scripts/redis.mjs";

/** A Redis server of a test file's own, with a folder for whatever else it writes. */
export interface TestRedis {
  readonly redis: Redis;
  readonly folder: string;
  readonly close: () => Promise<void>;
}

export const startTestRedis = async (): Promise<TestRedis> => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-redis-"));
  const server = await startRedis(findRedis(), join(folder, "redis.log"));
  const redis = connectRedis(server.url, createLog("silent"));
  return {
    redis,
    folder,
    close: async () => {
      redis.disconnect();
      await server.child?.stop();
      rmSync(folder, { recursive: true });
    },
  };
};

/**
 * A server for all tests of a file, empty at the start of each.
 * @param take given its connection before the first
 */
export const useTestRedis = (take: (redis: Redis) => void): void => {
  let server: TestRedis | undefined;
  beforeAll(async () => {
    server = await startTestRedis();
    take(server.redis);
  });
  beforeEach(async () => {
    await server?.redis.flushdb();
  });
  afterAll(() => server?.close());
};
