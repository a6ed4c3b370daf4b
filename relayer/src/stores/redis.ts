import { Redis } from "ioredis";
import type { Logger } from "pino";

/**
 * Opens a connection that waits out a restart of Redis: commands are held back meanwhile, never
 * dropped, as BullMQ demands of its workers. That it is lost is logged once, and that it is back.
 */
export const connectRedis = (url: string, log: Logger): Redis => {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    retryStrategy: (times) => Math.min(2_000, 50 * times),
  });
  let isLost = false;
  redis.on("error", ({ message }) => {
    if (!isLost) log.warn({ error: message }, "no Redis: jobs wait until it is back");
    isLost = true;
  });
  redis.on("ready", () => {
    if (isLost) log.info("Redis is back");
    isLost = false;
  });
  return redis;
};

/**
 * For errors of queues and workers: that the connection is lost each of them finds out again and
 * again.
 */
export const tellQueueError =
  (redis: Redis, log: Logger) =>
  (error: Error): void => {
    const isOfConnection = redis.status !== "ready" || "code" in error;
    log[isOfConnection ? "debug" : "warn"]({ error: error.message }, "queue");
  };
