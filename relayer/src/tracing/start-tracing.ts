import { NO_TRACING, type Tracing } from "./tracing.js";

/** OpenTelemetry's own variables: naming a collector turns tracing on. */
const COLLECTORS = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] as const;

/** Tells whether the environment names a collector of traces, and hasn't turned them off. */
export const isTracingWanted = (env: Readonly<Record<string, string | undefined>>): boolean =>
  COLLECTORS.some((name) => (env[name] ?? "") !== "") &&
  env.OTEL_SDK_DISABLED?.toLowerCase() !== "true" &&
  env.OTEL_TRACES_EXPORTER?.toLowerCase() !== "none";

/**
 * Starts to tell of transfers where the environment names a collector. OpenTelemetry is loaded
 * then, and not otherwise.
 * @param bridgeId 32 bytes
 */
export const startTracing = async (
  bridgeId: Uint8Array,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Tracing> => {
  if (!isTracingWanted(env)) return NO_TRACING;
  const { traceByOpenTelemetry } = await import("./open-telemetry.js");
  return traceByOpenTelemetry(bridgeId);
};
