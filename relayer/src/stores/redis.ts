import { PdiemError } from "@pdiem/light-client/error";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { ConfigError } from "../error.js";
import { faultOf } from "../fault.js";
import { within } from "../within.js";

const STILL_MS = 60_000;
const LONGEST_PAUSE_MS = 2_000;
const FIRST_WORD_MS = 3_000;

/** Whoever is a replica by now says so; another server may stand behind the same URL by then. */
const isDemoted = (error: Error): boolean => faultOf(error)?.code === "redis/read-only";

/** Tells of an outage once, then every minute, and for how long it was once it is over. */
const outageTeller = (log: Logger, stillMs: number) => {
  let since: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const seconds = (): number => (since === undefined ? 0 : Math.round((performance.now() - since) / 1000));
  return {
    begin: (error: string): void => {
      if (since !== undefined) return;
      since = performance.now();
      log.warn({ error }, "no Redis: jobs wait until it is back");
      timer = setInterval(() => log.warn({ error, seconds: seconds() }, "still no Redis"), stillMs).unref();
    },
    end: (): void => {
      if (since !== undefined) log.info({ seconds: seconds() }, "Redis is back");
      clearInterval(timer);
      since = undefined;
    },
    stop: (): void => clearInterval(timer),
  };
};

/**
 * Opens a connection that waits out a restart of Redis. Commands are held back meanwhile, never
 * dropped, as BullMQ demands of its workers. One that has become a replica is left. What it refused
 * is asked of whom the URL leads to then.
 * @param stillMs how often an outage is told of again
 */
export const connectRedis = (url: string, log: Logger, stillMs = STILL_MS): Redis => {
  const outage = outageTeller(log, stillMs);
  let demotions = 0;
  let isLeaving = false;
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    // Connections to a replica open well, so that the attempts counted begin anew each time.
    retryStrategy: (times) => Math.min(LONGEST_PAUSE_MS, 50 * (times + demotions)),
    reconnectOnError: (error) => {
      if (!isDemoted(error)) return false;
      redis.emit("demoted", error);
      isLeaving = true;
      demotions = Math.min(40, demotions + 1);
      setTimeout(() => {
        demotions = Math.max(0, demotions - 1);
      }, 10_000).unref();
      return 2;
    },
  });
  redis.on("error", ({ message }) => outage.begin(message));
  redis.on("reconnecting", () => {
    if (!isLeaving) outage.begin("the connection was closed");
    isLeaving = false;
  });
  redis.on("ready", outage.end);
  redis.on("end", outage.stop);
  return redis;
};

/** Reads the lines of `INFO`: `name:value`. */
export const readInfo = (info: string): ReadonlyMap<string, string> =>
  new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(":");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );

const firstWord = async (redis: Redis): Promise<string | undefined> => {
  if (redis.status !== "ready")
    await new Promise((resolve) => {
      for (const event of ["ready", "error", "end"]) redis.once(event, resolve);
    });
  return redis.status === "ready" ? redis.info() : undefined;
};

/**
 * Refuses a Redis in cluster mode, if one answers now: queues need all their keys in one place.
 * @throws ConfigError `config/redis-cluster`
 */
export const expectStandalone = async (redis: Redis): Promise<void> => {
  const info = await within(
    FIRST_WORD_MS,
    firstWord(redis).catch(() => undefined),
    undefined,
  );
  if (info === undefined || readInfo(info).get("cluster_enabled") !== "1") return;
  throw new ConfigError(
    "config/redis-cluster",
    "expected a Redis without cluster mode at redis.url, got one with it: its queues need several keys at once. Start a small one for the relayer (cluster-enabled no); it needs no replicas, as it may be lost at any time",
  );
};

/**
 * For errors of queues and workers: that the connection is lost each of them finds out again and
 * again.
 */
export const tellQueueError =
  (redis: Redis, log: Logger) =>
  (error: Error): void => {
    const fault = faultOf(error) ?? new PdiemError("queue", error.message);
    const isOfConnection = redis.status !== "ready" || fault.code === "redis/away" || "code" in error;
    const isTold = fault.code === "redis/lost-job" || !isOfConnection;
    log[isTold ? "warn" : "debug"]({ code: fault.code, error: fault.message }, "queue");
  };
