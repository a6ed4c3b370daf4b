import { Redis } from "ioredis";

/**
 * A connection that waits out a restart of Redis: commands are held back meanwhile, never dropped, as BullMQ demands of
 * its workers.
 * @param onError told about each lost connection
 */
export const connectRedis = (url: string, onError: (error: Error) => void): Redis => {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    retryStrategy: (times) => Math.min(2_000, 50 * times),
  });
  redis.on("error", onError);
  return redis;
};
