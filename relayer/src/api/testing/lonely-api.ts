import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import type { ConfigFile } from "../../config.js";
import { parseConfig } from "../../config.js";
import { openQueues } from "../../jobs/jobs.js";
import { createMetrics } from "../../metrics.js";
import { NO_OBSTACLES } from "../../readiness/obstacle.js";
import type { Running } from "../../running.js";
import { connectRedis } from "../../stores/redis.js";
import { createApi } from "../server.js";

/** An API of a relayer that waits for everything, which doesn't listen. */
export interface LonelyApi {
  readonly app: FastifyInstance;
  readonly close: () => Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Makes one.
 * @param isRedisThere so that routes of jobs are reached; there is none
 */
export const createLonelyApi = async (api: ConfigFile["api"] = {}, isRedisThere = true): Promise<LonelyApi> => {
  const bridge = Object.fromEntries(Object.entries(Object(formatBridgeConfig(exampleConfig))));
  const nowhere = { urls: ["http://127.0.0.1:1"] };
  const config = parseConfig({
    diem: nowhere,
    parachain: nowhere,
    relay: nowhere,
    enclave: { url: "http://127.0.0.1:1" },
    redis: { url: "redis://127.0.0.1:1" },
    api,
    bridge,
  });
  const log = pino({ level: "silent" });
  const redis = connectRedis(config.redis.url, log);
  const queues = openQueues(redis, "lonely");
  for (const queue of Object.values(queues)) queue.on("error", () => undefined);
  const running: Running = {
    queues,
    isRedisThere: () => isRedisThere,
    readiness: () => NO_OBSTACLES,
    holding: () => ({ threshold: 1, holders: [], publicPackage: undefined }),
    blame: () => new Map(),
    pausedQueues: () => [],
    pauses: { pause: nothing, resume: nothing },
    work: () => undefined,
    waitingFor: () => "everything",
  };
  const app = await createApi(config, running, createMetrics(), log);
  await app.ready();
  return {
    app,
    close: async () => {
      redis.disconnect();
      await app.close();
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
};

export interface RegisteredRoute {
  readonly method: string;
  readonly path: string;
}

const INDENT = 4;

/** Lists what an instance serves, by its own tree of routes. */
export const routesOf = (app: FastifyInstance): readonly RegisteredRoute[] => {
  const above: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", part = "", methods = ""] = /^([│\s]*)[├└]──\s(\S*)(?:\s\(([A-Z, ]+)\))?/.exec(line) ?? [];
      const depth = indent.length / INDENT;
      const path = `${above.slice(0, depth).join("")}${part}`;
      above.splice(depth, above.length, part);
      return methods
        .split(", ")
        .filter((method) => !["", "HEAD", "OPTIONS"].includes(method))
        .map((method) => ({ method, path }));
    });
};
