import { isPdiemError } from "@pdiem/light-client/error";
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../config.js";
import { ConfigError } from "../error.js";
import { faultOf } from "../fault.js";
import { measure, measureReadiness } from "../measure.js";
import type { Metrics } from "../metrics.js";
import type { Running } from "../running.js";
import { accountRoutes } from "./accounts.js";
import { atWork, expectRedis, noRedis } from "./at-work.js";
import { boardRoutes } from "./board.js";
import { checkpointRoutes } from "./checkpoints.js";
import { decisionRoutes } from "./decisions.js";
import { enclaveEvidenceRoutes } from "./enclave-evidence.js";
import { feeRoutes } from "./fee-claims.js";
import { healthRoutes } from "./health.js";
import { jobChangeRoutes, jobRoutes } from "./jobs.js";
import { journalRoutes } from "./journal.js";
import { ledgerRoutes } from "./ledger.js";
import { bridgeRoutes } from "./portal/bridge.js";
import { durationRoutes } from "./portal/durations.js";
import { eventRoutes } from "./portal/events.js";
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

const STATUS_BY_RETRY = { never: 400, later: 409, backoff: 503 } as const;

/**
 * Answers errors as `{code, message, retry}`; those not thrown on purpose say nothing of what went
 * wrong inside.
 */
const errors = (app: FastifyInstance, log: Logger): void => {
  app.setErrorHandler((error: Error & { readonly statusCode?: number; readonly code?: string }, _, reply) => {
    const fault = faultOf(error);
    if (fault !== undefined) {
      const { code, message, retry } = fault;
      if (!isPdiemError(error)) log.warn({ code, error: message }, "request not answered");
      return reply.status(STATUS_BY_RETRY[retry]).send({ code, message, retry });
    }
    const status = error.statusCode ?? 500;
    if (status < 500)
      return reply.status(status).send({ code: "request/invalid", message: error.message, retry: "never" });
    log.error(error, "request failed");
    return reply
      .status(500)
      .send({ code: "internal", message: "the relayer failed; its log says why", retry: "backoff" });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send({ code: "request/not-found", message: `nothing at ${request.url}`, retry: "never" }),
  );
};

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

/**
 * Starts the HTTP API, the dashboard of the queues and the metrics.
 * @throws ConfigError `config/listen` where it can't listen: most often another program does
 */
export const startApi = async (config: Config, running: Running, metrics: Metrics, log: Logger): Promise<Api> => {
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: true });
  errors(app, log);
  const work = atWork(running);
  app.register(async (asking) => {
    // The page itself can be shown. What it asks for would be waited for until Redis is back.
    asking.addHook("onRequest", async ({ url }, reply) => {
      if (!url.startsWith("/queues/api/") || running.isRedisThere()) return;
      const { code, message, retry } = noRedis();
      // It has a handler of errors of its own.
      await reply.status(STATUS_BY_RETRY[retry]).send({ code, message, retry });
    });
    boardRoutes(asking, running.queues);
  });
  if (hasPages()) pageRoutes(app, config.portal);
  else app.get("/", (_, reply) => reply.redirect("/queues"));
  healthRoutes(app, running);
  statusRoutes(app, work);
  ledgerRoutes(app, work);
  reservesRoutes(app, work);
  journalRoutes(app, work);
  bridgeRoutes(app, work, config);
  proofRoutes(app, work);
  parachainRoutes(app, work);
  enclaveEvidenceRoutes(app, work, config.attestation);
  app.register(async (keeping) => {
    keeping.addHook("onRequest", async () => expectRedis(running));
    transferRoutes(keeping, work);
    eventRoutes(keeping, work);
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
  app.get("/metrics", async (_, reply) => {
    measureReadiness(metrics, running, Object.keys(running.queues));
    const measured = running.work();
    if (measured !== undefined) await measure(measured);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  const url = await listen(app, config.api);
  return { url, close: () => app.close() };
};
