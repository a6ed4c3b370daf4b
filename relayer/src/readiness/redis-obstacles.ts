import type { PausedQueue } from "../jobs/paused-queues.js";
import type { RedisState } from "../stores/redis-watch.js";
import { blocking, joined, NO_OBSTACLES, type Obstacles, warning } from "./obstacle.js";

export const KEEPS_ALL = "noeviction";

const ADVICE: Readonly<Record<string, string>> = {
  "redis/away": "start Redis at redis.url, empty or not: the relayer goes on by itself",
  "redis/silent": "look whether Redis, or its machine, hangs",
  "redis/read-only": "have redis.url lead to the primary: the relayer goes on by itself",
  "redis/out-of-memory": "raise its maxmemory, with maxmemory-policy noeviction",
  "redis/cannot-save": "free its disk, or switch its snapshots off: all in it can be made again",
  "redis/cluster": "give the relayer a Redis of its own without cluster mode",
  "redis/forbidden": "give redis.url a user and password that may do everything under redis.prefix",
};

const ofFault = ({ fault }: RedisState): Obstacles =>
  fault === undefined
    ? NO_OBSTACLES
    : blocking({
        code: fault.code,
        text: fault.message,
        todo: ADVICE[fault.code] ?? "look at Redis and its log",
        waitingFor: `Redis (${fault.code})`,
      });

const ofCluster = ({ isCluster, fault }: RedisState): Obstacles =>
  !isCluster || fault?.code === "redis/cluster"
    ? NO_OBSTACLES
    : blocking({
        code: "redis/cluster",
        text: "Redis runs in cluster mode, which isn't supported",
        todo: ADVICE["redis/cluster"] ?? "",
        waitingFor: "Redis (redis/cluster)",
      });

const ofEviction = ({ evictionPolicy }: RedisState): Obstacles =>
  evictionPolicy === undefined || evictionPolicy === KEEPS_ALL
    ? NO_OBSTACLES
    : warning({
        code: "redis/evicts",
        text: `Redis has maxmemory-policy ${evictionPolicy}: it throws away jobs and their locks when its memory is full`,
        todo: `CONFIG SET maxmemory-policy ${KEEPS_ALL}`,
      });

/** The oldest that the queues' library is written for. */
const OLDEST = [6, 2] as const;

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
};

const ofVersion = ({ version }: RedisState): Obstacles =>
  version === undefined || !isOld(version)
    ? NO_OBSTACLES
    : warning({
        code: "redis/old",
        text: `Redis is of version ${version}, older than ${OLDEST.join(".")}: its queues aren't tried with that`,
        todo: `install Redis ${OLDEST.join(".")} or newer`,
      });

const pauseText = ({ name, note }: PausedQueue): string =>
  note === undefined
    ? `somebody has paused the queue ${name}`
    : `${note.by} has paused the queue ${name} (${new Date(note.at).toISOString()}): ${note.why}`;

const ofPaused = (paused: readonly PausedQueue[]): Obstacles => {
  const names = paused.map(({ name }) => name).join(", ");
  return paused.length === 0
    ? NO_OBSTACLES
    : blocking({
        code: "queues/paused",
        text: `${paused.map(pauseText).join("; ")}. The jobs wait`,
        todo: "pdiem jobs resume, or press resume at /queues. Pausing a queue is no way to pause the bridge",
        waitingFor: `somebody to resume the queues ${names}, which were paused`,
      });
};

/** Finds what is amiss with Redis and the queues in it. */
export const redisObstacles = (state: RedisState, paused: readonly PausedQueue[]): Obstacles =>
  joined(ofFault(state), ofCluster(state), ofEviction(state), ofVersion(state), ofPaused(paused));
