import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRedis, startRedis } from "@pdiem/devnet/local-bridge/redis";
import { createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { type Relayer, startRelayer } from "@pdiem/relayer/relayer";
import { lightClientFile } from "@pdiem/relayer/sync/light-clients/kept-light-clients";
import { MOST_SETS } from "@pdiem/relayer/sync/misbehaviour/sets-keeper";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { provableConfig } from "../enclave/proofs.js";
import { configFor, type Served, serve } from "./served.js";

const SETS = 60;
const BLOCKS = 2_390;
/** The node fails there at first. */
const GAP = 45;

let folder: string;
let machine: Machine;
let served: Served;
let redis: RunningRedis;
let relayer: Relayer | undefined;
const lines: string[] = [];

const configOf = async () => {
  const { url: enclave } = await machine.start();
  const config = configFor(served, provableConfig, { folder, enclave });
  return { ...config, redis: { url: redis.url, prefix: "progress" }, api: { ...config.api, port: 0 } };
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pdiem-relayer-progress-"));
  machine = await createMachine();
  const { paraId } = provableConfig.parachain;
  served = await serve({ sets: SETS, authorities: 10, blocks: BLOCKS, paraId });
  served.node.failAbove(served.chain.root.finalized.number + GAP * BLOCKS);
  redis = await startRedis(findRedis(), join(folder, "redis.log"));
  const log = pino({ level: "info" }, { write: (line) => lines.push(line) });
  relayer = await startRelayer(await configOf(), log);
});
afterAll(async () => {
  await relayer?.stop();
  await redis.child?.stop();
  served.node.close();
  await machine.clear();
  rmSync(folder, { recursive: true });
});

const readiness = async (): Promise<string> => (await fetch(`${relayer?.url}/readyz`)).text();

it("a relayer far behind says in log, readiness and status how many of how many sets it has passed", async () => {
  const progress = `this process's light client catches up with the relay chain: ${GAP} of ${SETS} sets, at set ${7 + GAP}`;
  await expect.poll(readiness).toContain(progress);
  expect(await readiness()).toContain("database error");
  const status = await fetch(`${relayer?.url}/api/v1/status`);
  expect(status.status).toBe(503);
  expect(await status.json()).toMatchObject({ code: "relayer/starting", message: expect.stringContaining(progress) });
  expect(lines.join("")).toContain(`1 of ${SETS} sets, at set 8`);
});

it("goes on once it can, and keeps the way for the next start", async () => {
  served.node.failAbove(Number.POSITIVE_INFINITY);
  await expect.poll(() => lines.join("")).toContain(`${SETS} of ${SETS} sets, at set ${served.chain.setId}`);
  expect(await readiness()).not.toContain("catches up");
  await relayer?.stop();
  relayer = undefined;
  const kept = lightClientFile(await configOf()).read();
  if (kept.type !== "value") throw new Error(`expected light clients to be kept: ${kept.type}`);
  // The latest sets are gone through again: misbehaviour is looked for among those.
  expect(served.chain.setId - kept.value.relay.setId).toBe(BigInt(MOST_SETS));
});
