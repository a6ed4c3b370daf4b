import { exampleConfig } from "@pdiem/bridge/testing/config";
import { describe, expect, it } from "vitest";
import type { EnclaveState } from "../sync/enclave/enclave-watch.js";
import { type Holding, holdingOf } from "../sync/enclave/holding.js";
import { findObstacles, obstruction, type ReadinessSources } from "./readiness.js";

const sole = (state: EnclaveState | undefined): Holding => holdingOf(exampleConfig, [state]);

/** A relayer that hasn't begun, and around which all is well. */
const started: ReadinessSources = {
  redis: () => ({ isCluster: false }),
  pausedQueues: () => [],
  holding: () => sole({}),
  nodes: () => [],
  work: () => undefined,
};

const codes = (sources: Partial<ReadinessSources>): readonly string[] =>
  findObstacles({ ...started, ...sources }).obstacles.map(({ code }) => code);

describe("a relayer that hasn't begun its work", () => {
  it("isn't ready, though nothing is amiss: no ledger is known to be in force", () => {
    const found = findObstacles(started);
    expect(found.obstacles).toMatchObject([{ code: "relayer/starting" }]);
    expect(obstruction(found)).toBe("the relayer to begin its work");
  });

  it("tells only what keeps it from that, where that is known", () => {
    const node = { code: "diem/no-node", text: "none answers", todo: "start one" };
    expect(codes({ nodes: () => [node] })).toEqual(["diem/no-node"]);
    expect(codes({ holding: () => sole(undefined) })).toEqual(["enclave/unasked"]);
    expect(codes({ pausedQueues: () => [{ name: "deposit" }] })).toEqual(["queues/paused"]);
    const fault = { code: "redis/read-only", message: "it has become a replica" };
    expect(codes({ redis: () => ({ isCluster: false, fault }) })).toEqual(["redis/read-only"]);
  });

  it("isn't ready for what may only be warned of", () => {
    const found = findObstacles({ ...started, redis: () => ({ isCluster: false, evictionPolicy: "allkeys-lru" }) });
    expect(found.obstacles).toMatchObject([{ code: "relayer/starting" }]);
    expect(found.warnings).toMatchObject([{ code: "redis/evicts" }]);
  });
});
