import { Redis } from "ioredis";
import type { Config } from "../../../config.js";
import { openQueues } from "../../../jobs/jobs.js";
import { findPaused, type PausedQueue } from "../../../jobs/paused-queues.js";
import { KEEPS_ALL, redisObstacles } from "../../../readiness/redis-obstacles.js";
import { keyPrefix } from "../../../stores/key-prefix.js";
import { keepPauseNotes } from "../../../stores/pause-notes.js";
import { probeRedis, type RedisState } from "../../../stores/redis-watch.js";
import { within } from "../../../within.js";
import { wish } from "../../set-up/finding.js";
import { type Area, faultIn, ofObstacles } from "../area.js";
import type { MendableFinding } from "../mend.js";

const EXPECTED = "a Redis that takes what is written, without cluster mode, and evicts nothing";

const connect = (url: string, timeoutMs: number): Redis => {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    // It would take a Redis that refuses for one that is away.
    enableReadyCheck: false,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
  });
  // What is amiss is told by whoever waits for an answer.
  redis.on("error", () => undefined);
  return redis;
};

const withRedis = async <T>(url: string, timeoutMs: number, use: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = connect(url, timeoutMs);
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
};

const away = (message: string): RedisState => ({ isCluster: false, fault: { code: "redis/away", message } });

const stateOf = async (url: string, key: string, timeoutMs: number): Promise<RedisState> => {
  const silent: RedisState = {
    isCluster: false,
    fault: { code: "redis/silent", message: `expected Redis to answer within ${timeoutMs} ms` },
  };
  try {
    return await within(
      timeoutMs,
      withRedis(url, timeoutMs, (redis) => probeRedis(redis, key)),
      silent,
    );
  } catch (error) {
    const { code, message } = faultIn(error);
    return /^redis\/(?!away)/.test(code) ? { isCluster: false, fault: { code, message } } : away(message);
  }
};

const pausedAt = (url: string, prefix: string, timeoutMs: number): Promise<readonly PausedQueue[]> =>
  withRedis(url, timeoutMs, async (redis) => {
    const queues = openQueues(redis, prefix);
    try {
      return await findPaused(queues, keepPauseNotes(redis, prefix));
    } finally {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    }
  });

const words = ({ version, evictionPolicy, isAppendOnly }: RedisState): string =>
  `version ${version ?? "unknown"}, ${evictionPolicy ?? "policy unknown"}, append-only file ${isAppendOnly === true ? "on" : "off"}`;

const setPolicy = (url: string, timeoutMs: number): MendableFinding["mend"] => ({
  text: `CONFIG SET maxmemory-policy ${KEEPS_ALL}, on the Redis of redis.url`,
  isOthers: true,
  run: () => withRedis(url, timeoutMs, (redis) => redis.config("SET", "maxmemory-policy", KEEPS_ALL)),
});

/** Redis, by readiness' own rules. */
export const redisArea: Area<{ readonly config: Config; readonly timeoutMs: number }> = {
  name: "redis",
  look: async ({ config, timeoutMs }) => {
    const { redis } = config;
    const prefix = keyPrefix(config);
    const state = await stateOf(redis.url, `${prefix}:probe`, timeoutMs / 2);
    const isUsable = state.fault === undefined && !state.isCluster;
    const paused = isUsable ? await pausedAt(redis.url, prefix, timeoutMs / 2) : [];
    const common = { code: "redis", name: "Redis", expected: EXPECTED, found: words(state) };
    const findings = ofObstacles(common, redisObstacles(state, paused)).map((finding) =>
      finding.code === "redis/evicts" ? { ...finding, mend: setPolicy(redis.url, timeoutMs) } : finding,
    );
    if (!isUsable) return findings;
    return [
      ...findings,
      wish(
        "redis/no-append-only-file",
        "Redis' persistence",
        state.isAppendOnly === true,
        "an append-only file, so that a restart of Redis costs nothing",
        "off: after a restart all jobs are made anew from the chains",
        "start it with appendonly yes, where a restart should cost nothing",
      ),
    ];
  },
};
