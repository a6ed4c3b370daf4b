import { describe, expect, it } from "vitest";
import { isTracingWanted, startTracing } from "./start-tracing.js";
import { traceIdsOf, traceparent } from "./trace-ids.js";
import { NO_TRACING } from "./tracing.js";

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
const bridgeId = new Uint8Array(32).fill(7);

describe("tracing", () => {
  it("is off unless the environment names a collector, and can be turned off there", async () => {
    expect(await startTracing(bridgeId, {})).toBe(NO_TRACING);
    expect(isTracingWanted(COLLECTOR)).toBe(true);
    expect(isTracingWanted({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" })).toBe(true);
    expect(isTracingWanted({ ...COLLECTOR, OTEL_SDK_DISABLED: "true" })).toBe(false);
    expect(isTracingWanted({ ...COLLECTOR, OTEL_TRACES_EXPORTER: "none" })).toBe(false);
    expect(isTracingWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: "" })).toBe(false);
  });

  it("that is off does the work and puts nothing into jobs", async () => {
    expect(NO_TRACING.jobOptions("deposit-1")).toEqual({});
    expect(await NO_TRACING.step("submit batch", ["deposit-1"], async () => 5)).toBe(5);
  });

  it("names one trace a transfer of a bridge, whoever tells of it", () => {
    const ids = traceIdsOf(bridgeId, "deposit-1");
    expect(traceparent(ids)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceIdsOf(bridgeId, "deposit-1")).toEqual(ids);
    expect(traceIdsOf(bridgeId, "deposit-2").traceId).not.toBe(ids.traceId);
    expect(traceIdsOf(new Uint8Array(32), "deposit-1").traceId).not.toBe(ids.traceId);
  });
});
