/**
 * Spans by OpenTelemetry, sent by OTLP over HTTP. Where to, how often and under which name say its
 * own variables of the environment.
 */
import { type Context, context, type Link, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
} from "@opentelemetry/sdk-trace-base";
import { toHex } from "@pdiem/light-client/bytes";
import { BullMQOtel } from "bullmq-otel";
import { codeOf } from "../fault.js";
import { type TraceIds, traceIdsOf, traceparent } from "./trace-ids.js";
import type { EndedTransfer, Step, Tracing } from "./tracing.js";

const NAME = "pdiem-relayer";
/** A batch may settle a thousand transfers: more of them are told by their beginnings and ends. */
const MOST_TOLD = 100;

const isOfEnclave = (name: Step): boolean => name.startsWith("enclave ");

/** Gives what was asked for where that is so, and random ids otherwise. */
const createIds = () => {
  const random = new RandomIdGenerator();
  let next: TraceIds | undefined;
  const generator: IdGenerator = {
    generateTraceId: () => next?.traceId ?? random.generateTraceId(),
    generateSpanId: () => next?.spanId ?? random.generateSpanId(),
  };
  const use = <T>(ids: TraceIds, work: () => T): T => {
    next = ids;
    try {
      return work();
    } finally {
      next = undefined;
    }
  };
  return { generator, use };
};

interface Timed {
  readonly from: number;
  readonly to: number;
  /** The code of what it failed by. */
  readonly code?: string | undefined;
}

/** @param bridgeId 32 bytes */
export const traceByOpenTelemetry = (bridgeId: Uint8Array): Tracing => {
  const ids = createIds();
  const named = resourceFromAttributes({ "service.name": NAME, "pdiem.bridge.id": toHex(bridgeId) });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    idGenerator: ids.generator,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  // What BullMQ's spans go by.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer(NAME);

  const contextOf = (transfer: string): Context =>
    propagation.extract(context.active(), { traceparent: traceparent(traceIdsOf(bridgeId, transfer)) });

  const told = (name: Step, transfer: string, { from, to, code }: Timed, links: readonly Link[] = []): Link => {
    const span = tracer.startSpan(
      name,
      {
        startTime: from,
        kind: isOfEnclave(name) ? SpanKind.CLIENT : SpanKind.INTERNAL,
        attributes: { "pdiem.transfer": transfer },
        links: [...links],
      },
      contextOf(transfer),
    );
    if (code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    span.end(to);
    return { context: span.spanContext() };
  };

  /** Each transfer's own trace has it; those beside the first have a link to that. */
  const tell = (name: Step, transfers: readonly string[], timed: Timed): void => {
    const [first, ...others] = transfers.slice(0, MOST_TOLD);
    if (first === undefined) return;
    const link = told(name, first, timed);
    for (const other of others) told(name, other, timed, [link]);
  };

  const step: Tracing["step"] = async (name, transfers, work) => {
    const from = Date.now();
    try {
      const result = await work();
      tell(name, transfers, { from, to: Date.now() });
      return result;
    } catch (error) {
      tell(name, transfers, { from, to: Date.now(), code: codeOf(error) });
      throw error;
    }
  };

  const ended = ({ kind, transfer, at, attributes }: EndedTransfer): void => {
    const { seen, settled, finalized } = at;
    const root = ids.use(traceIdsOf(bridgeId, transfer), () =>
      tracer.startSpan(kind, {
        root: true,
        startTime: seen,
        attributes: { ...attributes, "pdiem.transfer": transfer },
      }),
    );
    if (settled !== undefined) told("await batch", transfer, { from: seen, to: settled });
    told("await end", transfer, { from: settled ?? seen, to: finalized });
    root.end(finalized);
  };

  return {
    telemetry: new BullMQOtel({ tracerName: NAME }),
    jobOptions: (transfer) => ({
      telemetry: { metadata: JSON.stringify({ traceparent: traceparent(traceIdsOf(bridgeId, transfer)) }) },
    }),
    step,
    record: (name, transfers, since) => tell(name, transfers, { from: since, to: Date.now() }),
    ended,
    stop: async () => {
      await provider.shutdown();
      for (const api of [trace, propagation, context]) api.disable();
    },
  };
};
