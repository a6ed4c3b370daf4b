import { Redis } from "ioredis";

/** Empties Redis, as if it had lost everything; whoever uses it isn't told. */
export const emptyRedis = async (url: string): Promise<void> => {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
};
