/** A collector of traces: OTLP over HTTP, as JSON. */
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { z } from "zod";

const attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) });

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(""),
  name: z.string(),
  startTimeUnixNano: z.string().transform(BigInt),
  endTimeUnixNano: z.string().transform(BigInt),
  attributes: z.array(attribute).default([]),
  status: z.object({ message: z.string().optional() }).default({}),
});

export type Span = z.output<typeof span>;

const request = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});

export interface TraceCollector {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to name. */
  readonly url: string;
  /** Lists a trace's spans so far, by when they began. */
  readonly trace: (traceId: string) => readonly Span[];
  /** Lists spans of one name so far, of all traces, by when they began. */
  readonly named: (name: string) => readonly Span[];
  readonly close: () => void;
}

const byBeginning = (spans: readonly Span[]): readonly Span[] =>
  [...spans].sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));

export const startTraceCollector = async (): Promise<TraceCollector> => {
  const spans: Span[] = [];
  const loopback = createLoopback();
  const url = await loopback.serve(async (asked, response) => {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part);
    if (asked.url === "/v1/traces") {
      const { resourceSpans } = request.parse(JSON.parse(Buffer.concat(parts).toString("utf8")));
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    }
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  return {
    url,
    trace: (traceId) => byBeginning(spans.filter((one) => one.traceId === traceId)),
    named: (name) => byBeginning(spans.filter((one) => one.name === name)),
    close: loopback.close,
  };
};
