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

  it("say what runs here, and nothing under names that checkers complain of", async () => {
    const metrics = createMetrics();
    expect(await textOf(metrics)).toMatch(/^pdiem_build_info\{version="[0-9.]+[^"]*",nodejs="[0-9.]+"\} 1$/m);
    const described = await metrics.registry.getMetricsAsJSON();
    expect(described.length).toBeGreaterThan(40);
    for (const { name, type, help } of described) {
      // What promtool's linter has for rules, but for counters of the library's own.
      const words = name.split("_");
      if (String(type) !== "counter") expect(name).not.toMatch(/_total$/);
      if (!["histogram", "summary"].includes(String(type))) expect(name).not.toMatch(/_(?:bucket|count|sum)$/);
      expect(
        words.filter((word) => ["gauge", "counter", "histogram", "summary"].includes(word)),
        name,
      ).toEqual([]);
      expect(
        words.filter((word) => ["ms", "milliseconds", "minutes", "kb", "percent"].includes(word)),
        name,
      ).toEqual([]);
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(help, name).not.toBe("");
    }
  });

  it("of money have their unit in their names", async () => {
    const described = await createMetrics().registry.getMetricsAsJSON();
    const ofMoney = described.filter(({ name }) => /balance|reserve$|surplus|owed|free/.test(name));
    expect(
      ofMoney.map(({ name }) => name).filter((name) => /^pdiem_/.test(name) && !/_smallest_units$/.test(name)),
    ).toEqual([]);
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
