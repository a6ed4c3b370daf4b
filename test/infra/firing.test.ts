/** Alerts fire for what relayers really show when something is amiss. */
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { measureReadiness } from "@pdiem/relayer/measure";
import { createMetrics, type Metrics } from "@pdiem/relayer/metrics";
import { findObstacles, type ReadinessParts, type ReadinessSources } from "@pdiem/relayer/readiness/readiness";
import type { EnclaveState } from "@pdiem/relayer/sync/enclave/enclave-watch";
import { type Holding, holdingOf } from "@pdiem/relayer/sync/enclave/holding";
import { describe, expect, it } from "vitest";
import { firingAlerts } from "./support/firing.js";
import { prometheusCheckers } from "./support/run-tool.js";
import { scrapeOf } from "./support/scrape.js";

const unknown = (): undefined => undefined;

/** A relayer that has just proven both chains, and has found nothing amiss. */
const AT_WORK: ReadinessParts = {
  config: exampleConfig,
  follower: { view: unknown },
  payments: { custody: unknown },
  checkpoints: { kept: unknown },
  pulses: { diem: { state: unknown }, parachain: { state: unknown } },
  writes: { state: unknown },
  provableCalls: { fault: unknown },
  reserves: { latest: unknown },
  poll: { provenMs: () => 0, lastError: unknown },
};

const sole = (state: EnclaveState | undefined): Holding => holdingOf(exampleConfig, [state]);

const WELL: ReadinessSources = {
  redis: () => ({ isCluster: false, evictionPolicy: "noeviction" }),
  pausedQueues: () => [],
  holding: () => sole({}),
  nodes: () => [],
  work: () => AT_WORK,
};

/** Measures as a relayer does when it is scraped. */
const shownBy = async (sources: ReadinessSources, change: (metrics: Metrics) => void): Promise<string> => {
  const metrics = createMetrics();
  const { holding, pausedQueues } = sources;
  const shown = { readiness: () => findObstacles(sources), holding, blame: () => new Map(), pausedQueues };
  measureReadiness(metrics, shown, ["deposit", "payout"]);
  change(metrics);
  // What the test's own process uses says nothing about a relayer.
  return (await metrics.registry.metrics())
    .split("\n")
    .filter((line) => line.startsWith("pdiem_"))
    .join("\n");
};

const checkers = prometheusCheckers();
if (typeof checkers === "string") it.skip(`no alert is made to fire: ${checkers}`);
else
  describe("of a relayer", () => {
    const fires = async (
      sources: Partial<ReadinessSources>,
      change: (metrics: Metrics) => void = unknown,
    ): Promise<readonly string[]> =>
      (
        await firingAlerts(checkers, [
          [scrapeOf(await shownBy(WELL, unknown)), scrapeOf(await shownBy({ ...WELL, ...sources }, change))],
        ])
      ).filter((name) => name !== "PdiemWatchdog");

    it("that is well, none fires", async () => {
      expect(await fires({})).toEqual([]);
    });

    it("that doesn't begin its work", async () => {
      expect(await fires({ work: unknown })).toEqual(["PdiemNoneReady", "PdiemNotReady"]);
    });

    it("whose enclave is away, or hasn't answered yet", async () => {
      const fault = { code: "enclave/unreachable", message: "expected an enclave" };
      expect(await fires({ holding: () => sole({ fault }) })).toEqual([
        "PdiemEnclaveDown",
        "PdiemNoneReady",
        "PdiemNotReady",
      ]);
      expect(await fires({ holding: () => sole(undefined) })).toEqual([
        "PdiemEnclaveDown",
        "PdiemNoneReady",
        "PdiemNotReady",
      ]);
    });

    it("whose Redis is full, or evicts", async () => {
      const fault = { code: "redis/out-of-memory", message: "expected Redis to take it" };
      expect(await fires({ redis: () => ({ isCluster: false, fault }) })).toEqual([
        "PdiemNoneReady",
        "PdiemNotReady",
        "PdiemRedisDown",
      ]);
      expect(await fires({ redis: () => ({ isCluster: false, evictionPolicy: "allkeys-lru" }) })).toEqual([
        "PdiemRedisEvicts",
      ]);
    });

    it("of which somebody paused a queue", async () => {
      expect(await fires({ pausedQueues: () => [{ name: "payout" }] })).toEqual([
        "PdiemNoneReady",
        "PdiemNotReady",
        "PdiemQueuePaused",
      ]);
    });

    it("that sees two histories, a shortfall and a lapsed checkpoint", async () => {
      const alerts = await fires({}, (metrics) => {
        metrics.misbehaviour.inc({ chain: "relay", kind: "conflict" });
        metrics.reservesSurplus.set({ currency: "XUS" }, -1);
        metrics.checkpointRemaining.set(-5);
      });
      expect(alerts).toEqual([
        "PdiemCheckpointSoon",
        "PdiemCheckpointUrgent",
        "PdiemReservesShort",
        "PdiemTwoHistories",
      ]);
    });

    it("that finds a job which no relayer makes, and a payment that nobody is owed", async () => {
      const alerts = await fires({}, (metrics) => {
        metrics.jobErrors.inc({ queue: "deposit", code: "job/malformed" });
        metrics.jobErrors.inc({ queue: "settlement", code: "refused/unknown-payment" });
      });
      expect(alerts).toEqual(["PdiemKeyMisused", "PdiemMalformedJob"]);
    });
  });
