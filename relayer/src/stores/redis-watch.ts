/** Whether Redis does what it is asked: connected isn't enough, it has to take what is written. */
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { faultOf } from "../fault.js";
import { startRepeating } from "../repeating.js";
import { within } from "../within.js";
import { readInfo } from "./redis.js";

export interface RedisState {
  /** Why nothing can be written there now; undefined where all is well. */
  readonly fault?: Pick<PdiemError, "code" | "message">;
  readonly isCluster: boolean;
  /** What it does once its memory is full, such as `noeviction`; undefined where unknown. */
  readonly evictionPolicy?: string;
  /** Such as `7.0.15`; undefined where unknown. */
  readonly version?: string;
  /** Whether it writes an append-only file; undefined where unknown. */
  readonly isAppendOnly?: boolean;
}

export interface RedisWatch {
  readonly state: () => RedisState;
  readonly stop: () => Promise<void>;
}

const EVERY_MS = 2_000;
const PATIENCE_MS = 2_000;
const KEPT_S = 3_600;

const AWAY: RedisState = { fault: { code: "redis/away", message: "expected a connection to Redis" }, isCluster: false };

const SILENT = new PdiemError("redis/silent", `expected Redis to answer within ${PATIENCE_MS} ms`, "backoff");

const nameOf = (error: unknown): NonNullable<RedisState["fault"]> => {
  const { code, message } = faultOf(error) ?? { code: "redis/refused", message: String(error) };
  return { code, message };
};

/** Writes, and asks for it again: a server that takes and forgets is none. */
const writeAndRead = async (redis: Redis, key: string): Promise<void> => {
  const value = String(Date.now());
  const [, got] = await Promise.all([redis.set(key, value, "EX", KEPT_S), redis.get(key)]);
  if (got !== value) throw new PdiemError("redis/forgets", "expected Redis to keep what it was given", "backoff");
};

/** Tells how it is configured, as far as it says. */
const describe = async (redis: Redis): Promise<Omit<RedisState, "fault">> => {
  const info = readInfo(await redis.info().catch(() => ""));
  const policy = info.get("maxmemory_policy");
  const isCluster = info.get("cluster_enabled") === "1";
  const version = info.get("redis_version");
  const appendOnly = info.get("aof_enabled");
  return {
    isCluster,
    ...(policy === undefined ? {} : { evictionPolicy: policy }),
    ...(version === undefined ? {} : { version }),
    ...(appendOnly === undefined ? {} : { isAppendOnly: appendOnly === "1" }),
  };
};

/** Asks once what it is, and whether it takes what is written. @param key that is written */
export const probeRedis = async (redis: Redis, key: string): Promise<RedisState> => {
  const described = await describe(redis);
  try {
    await writeAndRead(redis, key);
    return described;
  } catch (error) {
    return { ...described, fault: nameOf(error) };
  }
};

/**
 * Writes to Redis every other second, and tells the log when that begins or ceases to fail.
 * @param prefix of the key that it writes
 */
export const watchRedis = (redis: Redis, prefix: string, log: Logger, everyMs = EVERY_MS): RedisWatch => {
  let state = AWAY;
  let told: string | undefined = AWAY.fault?.code;
  let last: Promise<RedisState> | undefined;
  let refused: RedisState["fault"];

  // What a replica refused is asked again of the next one, and its words are nobody's answer.
  const noteDemotion = (error: Error): void => {
    if (isPdiemError(error)) return;
    const fault = faultOf(error);
    if (fault?.code === "redis/read-only") refused = { code: fault.code, message: fault.message };
  };
  redis.on("demoted", noteDemotion);

  const ask = async (): Promise<RedisState> => {
    if (redis.status !== "ready") return refused === undefined ? AWAY : { ...AWAY, fault: refused };
    // One at a time: what a silent server is asked piles up.
    last ??= probeRedis(redis, `${prefix}:probe`).finally(() => {
      last = undefined;
    });
    return within(PATIENCE_MS, last, { ...state, fault: refused ?? SILENT });
  };

  const check = async (): Promise<void> => {
    state = await ask();
    if (state.fault === undefined) refused = undefined;
    const code = state.fault?.code;
    if (code === told) return;
    if (state.fault !== undefined && code !== "redis/away")
      log.error({ code, error: state.fault.message }, "Redis takes nothing: jobs wait");
    else if (state.fault === undefined && told !== "redis/away") log.info("Redis takes what is written again");
    told = code;
  };
  const repeating = startRepeating(check, everyMs, (error) => log.debug({ error: String(error) }, "redis watch"));
  return {
    state: () => (redis.status === "ready" || refused !== undefined ? state : AWAY),
    stop: async () => {
      redis.off("demoted", noteDemotion);
      await repeating.stop();
    },
  };
};
