import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { toHex } from "@pdiem/light-client/bytes";
import type { Logger } from "pino";
import { type Api, startApi } from "./api/server.js";
import { createClients } from "./clients.js";
import type { Config } from "./config.js";
import { openQueues } from "./jobs/jobs.js";
import { startWork, type Work } from "./jobs/work.js";
import { createMetrics } from "./metrics.js";
import type { Running } from "./running.js";
import { connectRedis, tellQueueError } from "./stores/redis.js";
import { activeEnclave } from "./sync/enclave/enclave-sync.js";
import { describeCatchUp } from "./sync/light-clients/catch-up.js";
import { lightClientFile, startingState, startKeeping } from "./sync/light-clients/kept-light-clients.js";

const ENCLAVE_RETRY_MS = 2_000;

/** A relayer at work. */
export interface Relayer {
  readonly url: string;
  /** Lets go of what is in hand and stops. Killing it instead loses nothing. */
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  /** Has light clients begin at the configuration's roots of trust, whatever was kept. */
  readonly fromRoots?: boolean;
}

/**
 * Starts a relayer. It answers over HTTP at once, and works as soon as Redis, the enclave and the
 * nodes can be reached.
 * @throws ConfigError `config/listen`
 */
export const startRelayer = async (
  config: Config,
  log: Logger,
  { fromRoots = false }: StartOptions = {},
): Promise<Relayer> => {
  const prefix = `${config.redis.prefix}-${toHex(bridgeIdOf(config.bridge)).slice(0, 16)}`;
  const redis = connectRedis(config.redis.url, log);
  const queues = openQueues(redis, prefix);
  for (const queue of Object.values(queues)) queue.on("error", tellQueueError(redis, log));
  const kept = lightClientFile(config);
  const start = fromRoots ? initialLightClientState(config.bridge) : startingState(config, kept, log);
  const clients = createClients(config, start);
  clients.catchUp.listen((way) => log.info(describeCatchUp(way)));
  const metrics = createMetrics();
  let work: Work | undefined;
  let waitingFor: string | undefined = "the enclave";
  let stopping = false;
  let rest: { readonly timer: NodeJS.Timeout; readonly end: () => void } | undefined;

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      rest = { timer: setTimeout(resolve, ENCLAVE_RETRY_MS), end: resolve };
    });

  const begin = async (): Promise<void> => {
    while (!stopping && work === undefined) {
      try {
        const { custodyKey } = await activeEnclave(clients);
        if (stopping) return;
        work = startWork({ config, clients, redis, prefix, queues, metrics, log }, custodyKey);
        waitingFor = undefined;
        log.info({ issuer: toHex(custodyKey), bridgeId: toHex(work.bridgeId) }, "at work");
      } catch (error) {
        waitingFor = error instanceof Error ? error.message : String(error);
        log.warn({ error: waitingFor }, "waiting for the enclave");
        await pause();
      }
    }
  };

  const running: Running = {
    queues,
    isRedisThere: () => redis.status === "ready",
    work: () => work,
    waitingFor: () => waitingFor,
  };
  const closeQueues = async (): Promise<void> => {
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
  };
  const api: Api = await startApi(config, running, metrics, log).catch(async (error: unknown) => {
    await closeQueues();
    throw error;
  });
  const stopKeeping = startKeeping(clients.lightClients, kept, log);
  const beginning = begin();
  log.info({ url: api.url }, "listening");
  return {
    url: api.url,
    stop: async () => {
      stopping = true;
      clearTimeout(rest?.timer);
      rest?.end();
      await beginning;
      await api.close();
      await work?.stop();
      await stopKeeping();
      await closeQueues();
      log.info("stopped");
    },
  };
};
