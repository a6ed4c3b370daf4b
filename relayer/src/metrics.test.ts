import { describe, expect, it } from "vitest";
import { createMetrics } from "./metrics.js";

const textOf = (metrics: ReturnType<typeof createMetrics>): Promise<string> => metrics.registry.metrics();

describe("metrics", () => {
  it("tell nothing of what isn't known yet", async () => {
    const metrics = createMetrics();
    expect(await textOf(metrics)).not.toMatch(/^pdiem_(?:checkpoint_remaining_seconds|diem_age_seconds|paused) /m);
    metrics.checkpointRemaining.set(-5);
    metrics.paused.set(0);
    expect(await textOf(metrics)).toMatch(/^pdiem_checkpoint_remaining_seconds -5$/m);
    expect(await textOf(metrics)).toMatch(/^pdiem_paused 0$/m);
  });

  it("count outcomes from 0 on, so that the first failure shows as an increase", async () => {
    const metrics = createMetrics();
    expect(await textOf(metrics)).toContain('pdiem_batches_total{outcome="failed"} 0\n');
    expect(await textOf(metrics)).toContain('pdiem_payouts_total{outcome="aborted"} 0\n');
    metrics.batches.inc({ outcome: "failed" });
    expect(await textOf(metrics)).toContain('pdiem_batches_total{outcome="failed"} 1\n');
  });

  it("are named as Prometheus has it: counters end in _total and nothing else does, durations are in seconds", async () => {
    const described = await createMetrics().registry.getMetricsAsJSON();
    const own = described.filter(({ name }) => name.startsWith("pdiem_"));
    expect(own.length).toBeGreaterThan(20);
    for (const { name, type, help } of own) {
      expect(name, name).toMatch(/^pdiem_[a-z]+(?:_[a-z]+)*$/);
      // prom-client names types by their words in JSON, whatever its typings say.
      expect(name.endsWith("_total"), name).toBe(String(type) === "counter");
      if (/_(?:age|wait|remaining|timestamp)(?:_|$)/.test(name)) expect(name).toMatch(/_seconds$/);
      expect(help.length, name).toBeGreaterThan(10);
    }
  });
});
