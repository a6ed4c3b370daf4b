import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { measure, measureReadiness } from "../measure.js";
import type { Metrics } from "../metrics.js";
import type { Running } from "../running.js";

/** Serves `/metrics` to Prometheus. */
export const metricsRoutes = (app: FastifyInstance, running: Running, metrics: Metrics): void => {
  app.get(
    "/metrics",
    {
      config: { access: "public", cost: "free" },
      schema: {
        summary: "Measures the relayer, for Prometheus",
        tags: ["operator"],
        response: { 200: { content: { "text/plain": { schema: z.string() } } } },
      },
      serializerCompiler: () => String,
    },
    async (_, reply) => {
      measureReadiness(metrics, running, Object.keys(running.queues));
      const measured = running.work();
      if (measured !== undefined) await measure(measured);
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    },
  );
};
