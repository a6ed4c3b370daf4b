/** What a collector of traces is told of transfers, by relayers that are told of one. */
import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { traceIdsOf } from "@pdiem/relayer/tracing/trace-ids";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { type Span, startTraceCollector, type TraceCollector } from "./support/trace-collector.js";

const VARIABLES = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_BSP_SCHEDULE_DELAY"] as const;

let collector: TraceCollector;
let bridge: RelayedBridge;

beforeAll(async () => {
  collector = await startTraceCollector();
  // For the relayers, which inherit them.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  process.env.OTEL_BSP_SCHEDULE_DELAY = "100";
  bridge = await startRelayedBridge();
});

afterAll(async () => {
  await bridge?.stop();
  for (const name of VARIABLES) delete process.env[name];
  collector?.close();
});

/** From the first sight on; spans of the same name may come again. */
const ORDER = ["deposit", "process deposit", "prove batch", "enclave settle", "submit batch", "await end"] as const;

const firstOf = (spans: readonly Span[], name: string): Span => {
  const found = spans.find((one) => one.name === name);
  if (found === undefined) throw new Error(`expected a span ${name}, got ${spans.map((one) => one.name).join(", ")}`);
  return found;
};

it("a deposit is one trace from first sight to finalized mint, whichever relayers work on it", async () => {
  const { traceId, spanId } = traceIdsOf(bridgeId(bridge.config), "deposit-0");
  await bridge.enclave().child.kill();
  expect((await bridge.pay("XUS", 1_000_000n, rawFor(randomBytes(32)))).status).toBe("executed");
  // The first relayer sees it, and can't go on; the second mints it.
  await eventually(() => (collector.trace(traceId).some(({ name }) => name === "process deposit") ? true : undefined));
  await bridge.relayer().kill();
  const before = collector.trace(traceId).length;
  await bridge.restartEnclave();
  await bridge.restartRelayer();
  // It says that it waits for the enclave, which is out of the ordinary.
  expect(await eventually(async () => (await bridge.transfer(0).catch(() => undefined))?.result?.outcome)).toBe(
    "minted",
  );
  const spans = await eventually(() => {
    const told = collector.trace(traceId);
    return told.some(({ name }) => name === "deposit") ? told : undefined;
  });
  expect(spans.length).toBeGreaterThan(before);
  const steps = ORDER.map((name) => firstOf(spans, name));
  // What is waited for in the end may have begun with the transfer: it counts by its end.
  const begun = steps.map(({ name, startTimeUnixNano, endTimeUnixNano }) =>
    name === "await end" ? endTimeUnixNano : startTimeUnixNano,
  );
  expect(begun).toEqual([...begun].sort((a, b) => Number(a - b)));
  const [root] = steps;
  expect(root).toMatchObject({ spanId, parentSpanId: "" });
  for (const { name, parentSpanId } of steps.slice(1)) expect(parentSpanId, name).toBe(spanId);
  for (const { name, endTimeUnixNano } of steps)
    expect(endTimeUnixNano <= (root?.endTimeUnixNano ?? 0n) + 1_000_000_000n, name).toBe(true);
  const told = Object.fromEntries((root?.attributes ?? []).map(({ key, value }) => [key, value.stringValue]));
  expect(told).toMatchObject({ "pdiem.transfer": "deposit-0", "pdiem.outcome": "minted" });
});
