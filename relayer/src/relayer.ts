import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { toHex } from "@pdiem/light-client/bytes";
import type { Logger } from "pino";
import { type Api, startApi } from "./api/server.js";
import { createClients } from "./clients.js";
import type { Config } from "./config.js";
import { enclaveAt, holderDoors } from "./enclave-door.js";
import { reasonOf } from "./error.js";
import { faultOf } from "./fault.js";
import { openQueues } from "./jobs/jobs.js";
import { watchPausedQueues } from "./jobs/paused-queues.js";
import { createPauses } from "./jobs/pauses.js";
import { startWork, type Work } from "./jobs/work.js";
import { createMetrics } from "./metrics.js";
import { connectionObstacles } from "./readiness/connection-obstacles.js";
import { watchNodes } from "./readiness/node-obstacles.js";
import { joined, NO_OBSTACLES } from "./readiness/obstacle.js";
import { findObstacles } from "./readiness/readiness.js";
import { startRepeating } from "./repeating.js";
import type { Running } from "./running.js";
import { openSigners } from "./signing/open-signers.js";
import { keyPrefix } from "./stores/key-prefix.js";
import { keepPauseNotes } from "./stores/pause-notes.js";
import { connectRedis, expectStandalone, tellQueueError } from "./stores/redis.js";
import { watchRedis } from "./stores/redis-watch.js";
import { watchHolders } from "./sync/enclave/holders-watch.js";
import { keptConfigurations } from "./sync/enclave/kept-configurations.js";
import { describeCatchUp } from "./sync/light-clients/catch-up.js";
import { lightClientFile, startingState, startKeeping } from "./sync/light-clients/kept-light-clients.js";
import { startTracing } from "./tracing/start-tracing.js";
import { within } from "./within.js";

const ENCLAVE_RETRY_MS = 2_000;
/** What is in hand may take so long while all is well. */
const ORDERLY_MS = 8_000;
/** While Redis is away nothing is worth waiting for. */
const FORCED_MS = 2_000;

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
 * @throws ConfigError `config/listen`, `config/redis-cluster`
 */
export const startRelayer = async (
  config: Config,
  log: Logger,
  { fromRoots = false }: StartOptions = {},
): Promise<Relayer> => {
  const bridgeId = bridgeIdOf(config.bridge);
  const prefix = keyPrefix(config);
  const redis = connectRedis(config.redis.url, log);
  await expectStandalone(redis).catch((error: unknown) => {
    redis.disconnect();
    throw error;
  });
  const tracing = await startTracing(bridgeId);
  const queues = openQueues(redis, prefix, tracing.telemetry, config.finished.keep);
  for (const queue of Object.values(queues)) queue.on("error", tellQueueError(redis, log));
  const kept = lightClientFile(config);
  const start = fromRoots ? initialLightClientState(config.bridge) : startingState(config, kept, log);
  const nodeClients = createClients(config, start);
  nodeClients.catchUp.listen((way) => log.info(describeCatchUp(way)));
  const metrics = createMetrics();
  let work: Work | undefined;
  let issuer: Uint8Array | undefined;
  let waitingFor: string | undefined = "the enclave";
  let isStopping = false;

  const isRedisThere = (): boolean => redis.status === "ready";
  const redisWatch = watchRedis(redis, prefix, log);
  const pauseNotes = keepPauseNotes(redis, prefix);
  const pausedQueues = watchPausedQueues(queues, pauseNotes, isRedisThere, log);
  const enclaves = holderDoors(config.enclave).map(({ url }) => enclaveAt(url, config));
  const holdersWatch = watchHolders({
    config: config.bridge,
    enclaves,
    kept: keptConfigurations(config.state.folder, config.bridge),
    issuer: () => issuer,
    log,
  });
  const signers = openSigners({ clients: nodeClients, enclaves, watch: holdersWatch, log });
  const clients = { ...nodeClients, signers };
  const nodes = watchNodes(clients, () => work !== undefined);
  const readiness = () =>
    joined(
      findObstacles({
        redis: redisWatch.state,
        pausedQueues: pausedQueues.all,
        holding: holdersWatch.holding,
        nodes: nodes.obstacles,
        work: () => work,
      }),
      work === undefined ? NO_OBSTACLES : connectionObstacles(work),
    );

  const begin = async (): Promise<void> => {
    if (work !== undefined) return;
    if (redisWatch.state().isCluster) {
      waitingFor = "a Redis without cluster mode";
      return;
    }
    const custodyKey = await holdersWatch.key();
    if (isStopping) return;
    issuer = custodyKey;
    const given = {
      config,
      clients,
      enclaves,
      redis,
      prefix,
      queues,
      metrics,
      tracing,
      log,
      readiness,
      holdersWatch,
      pausedQueues,
    };
    work = startWork(given, custodyKey);
    waitingFor = undefined;
    log.info({ issuer: toHex(custodyKey), bridgeId: toHex(work.bridgeId) }, "at work");
  };

  const running: Running = {
    queues,
    isRedisThere: () => isRedisThere() && redisWatch.state().fault?.code !== "redis/read-only",
    readiness,
    holding: holdersWatch.holding,
    blame: signers.blame,
    pausedQueues: pausedQueues.all,
    pauses: createPauses(queues, pauseNotes, pausedQueues.look, log),
    work: () => work,
    waitingFor: () => waitingFor,
  };
  const closeQueues = async (): Promise<void> => {
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
  };
  const stopWatching = async (): Promise<void> => {
    await Promise.all([redisWatch.stop(), pausedQueues.stop(), signers.stop(), holdersWatch.stop(), nodes.stop()]);
  };
  const api: Api = await startApi(config, running, metrics, log).catch(async (error: unknown) => {
    void stopWatching();
    await closeQueues();
    throw error;
  });
  const stopKeeping = startKeeping(clients.lightClients, kept, log);
  const beginning = startRepeating(begin, ENCLAVE_RETRY_MS, (error) => {
    const fault = faultOf(error);
    const reason = fault?.message ?? String(error);
    if (fault === undefined) log.error(error);
    if (reason !== waitingFor)
      log.warn({ error: fault === undefined ? reason : reasonOf(fault) }, "waiting for the enclave");
    waitingFor = reason;
  });
  log.info({ url: api.url }, "listening");

  const stopOrderly = async (): Promise<true> => {
    await beginning.stop();
    await Promise.all([stopWatching(), work?.stop()]);
    await stopKeeping();
    await closeQueues();
    return true;
  };
  /** Whatever is held back for Redis ends with its connection. */
  const stopForced = async (): Promise<void> => {
    redis.disconnect();
    await Promise.all([work?.stop(true), stopKeeping(), ...Object.values(queues).map((queue) => queue.close())]);
  };
  return {
    url: api.url,
    stop: async () => {
      isStopping = true;
      await api.close();
      const isAway = !isRedisThere() || redisWatch.state().fault?.code === "redis/silent";
      if (isAway) log.warn("stopping without Redis: what is in hand is taken up at the next start");
      const isStopped = !isAway && (await within(ORDERLY_MS, stopOrderly(), false));
      if (!isStopped) {
        void beginning.stop();
        void stopWatching();
        await within(
          FORCED_MS,
          stopForced().catch((error: unknown) => log.debug({ error: String(error) }, "stop")),
          undefined,
        );
      }
      await within(FORCED_MS, tracing.stop(), undefined);
      log.info("stopped");
    },
  };
};
