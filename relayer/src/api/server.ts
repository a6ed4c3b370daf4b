import cors from "@fastify/cors";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../config.js";
import { ConfigError } from "../error.js";
import type { Metrics } from "../metrics.js";
import type { Running } from "../running.js";
import type { Access } from "./access/access.js";
import { expectGuarded, guardRoutes } from "./access/guard.js";
import { limitRoutes } from "./access/limits.js";
import { accountRoutes } from "./accounts.js";
import { atWork, expectRedis, noRedis } from "./at-work.js";
import { BOARD, boardRoutes } from "./board.js";
import { checkpointRoutes } from "./checkpoints.js";
import { decisionRoutes } from "./decisions.js";
import { enclaveEvidenceRoutes } from "./enclave-evidence.js";
import { answerErrors, sendError } from "./errors.js";
import { feeRoutes } from "./fee-claims.js";
import { healthRoutes } from "./health.js";
import { jobChangeRoutes, jobRoutes } from "./jobs.js";
import { journalRoutes } from "./journal.js";
import { ledgerRoutes } from "./ledger.js";
import { metricsRoutes } from "./metrics.js";
import { checkRequests, describeRoutes } from "./openapi.js";
import { bridgeRoutes } from "./portal/bridge.js";
import { durationRoutes } from "./portal/durations.js";
import { eventRoutes, STREAM_BOUNDS } from "./portal/events.js";
import { hasPages, pageRoutes } from "./portal/pages.js";
import { parachainRoutes } from "./portal/parachain.js";
import { proofRoutes } from "./portal/proofs/routes.js";
import { reservesRoutes } from "./reserves.js";
import { statusRoutes } from "./status.js";
import { thawRoutes } from "./thaws.js";
import { transferRoutes } from "./transfers.js";
import { upkeepRoutes } from "./upkeep.js";
import { waitingRoutes } from "./waiting.js";
import { withdrawalRoutes } from "./withdrawals.js";

export interface Api {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const BODY_LIMIT = 16 * 1024;

const listen = async (app: FastifyInstance, { host, port }: Config["api"]): Promise<string> => {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("config/listen", `expected to listen at ${host}:${port}, as api says: ${reason}`, "never", {
      cause,
    });
  }
};

const isOfBoard = (url: string): boolean => url === BOARD || url.startsWith(`${BOARD}/`) || url.startsWith(`${BOARD}?`);

/** Whoever looks at the queues sees what is inside; whoever changes something there operates. */
const accessOf = ({ url, method, routeOptions }: FastifyRequest): Access => {
  if (isOfBoard(url)) return method === "GET" || method === "HEAD" ? "read:internals" : "operate";
  return routeOptions.config.access ?? "public";
};

const boardScope = (app: FastifyInstance, running: Running): void => {
  app.register(async (asking) => {
    // The page itself can be shown. What it asks for would be waited for until Redis is back.
    asking.addHook("onRequest", async ({ url }, reply) => {
      if (!url.startsWith(`${BOARD}/api/`) || running.isRedisThere()) return;
      // It has a handler of errors of its own.
      await sendError(reply, noRedis(), 503);
    });
    boardRoutes(asking, running.queues);
  });
};

const describedScope = (
  app: FastifyInstance,
  config: Config,
  running: Running,
  metrics: Metrics,
  log: Logger,
): void => {
  const work = atWork(running);
  app.register(async (described) => {
    checkRequests(described);
    healthRoutes(described, running);
    metricsRoutes(described, running, metrics);
    statusRoutes(described, work);
    ledgerRoutes(described, work);
    reservesRoutes(described, work);
    journalRoutes(described, work);
    bridgeRoutes(described, work, config);
    proofRoutes(described, work);
    parachainRoutes(described, work);
    enclaveEvidenceRoutes(described, work, config.attestation);
    described.register(async (keeping) => {
      keeping.addHook("onRequest", async () => expectRedis(running));
      transferRoutes(keeping, work);
      eventRoutes(keeping, work, { ...STREAM_BOUNDS, ofOne: config.api.limits.streams });
      durationRoutes(keeping, work);
      waitingRoutes(keeping, work);
      accountRoutes(keeping, work);
      withdrawalRoutes(keeping, work);
      decisionRoutes(keeping, work);
      checkpointRoutes(keeping, work);
      feeRoutes(keeping, work);
      thawRoutes(keeping, work);
      jobRoutes(keeping, running);
      jobChangeRoutes(keeping, running, log);
      upkeepRoutes(keeping, work);
    });
  });
};

/**
 * Makes the HTTP API, the dashboard of the queues and the metrics, not listening yet.
 * @throws ConfigError `config/open-api`
 */
export const createApi = async (
  config: Config,
  running: Running,
  metrics: Metrics,
  log: Logger,
): Promise<FastifyInstance> => {
  expectGuarded(config.api);
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    trustProxy: config.api.trustedProxies.length === 0 ? false : [...config.api.trustedProxies],
  });
  app.decorateRequest("caller", undefined);
  answerErrors(app, log);
  guardRoutes(app, config.api, accessOf, log);
  if (config.api.origins.length > 0)
    await app.register(cors, {
      origin: [...config.api.origins],
      methods: ["GET", "POST"],
      allowedHeaders: ["authorization", "content-type", "last-event-id"],
      exposedHeaders: ["retry-after"],
      maxAge: 600,
    });
  await limitRoutes(app, config.api);
  await describeRoutes(app);
  boardScope(app, running);
  if (hasPages()) pageRoutes(app, config.portal);
  else app.get("/", (_, reply) => reply.redirect(BOARD));
  describedScope(app, config, running, metrics, log);
  return app;
};

/**
 * Starts the HTTP API.
 * @throws ConfigError `config/listen` where it can't listen: most often another program does
 */
export const startApi = async (config: Config, running: Running, metrics: Metrics, log: Logger): Promise<Api> => {
  const app = await createApi(config, running, metrics, log);
  const url = await listen(app, config.api);
  return { url, close: () => app.close() };
};
