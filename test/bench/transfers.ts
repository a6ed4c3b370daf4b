/**
 * What the API takes to answer after many transfers, with a real Redis: medians and 95th
 * percentiles. `node transfers.js [ended] [open]`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { EXAMPLE_ID } from "@pdiem/bridge/testing/guardians";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { boardRoutes } from "@pdiem/relayer/api/board";
import { durationRoutes } from "@pdiem/relayer/api/portal/durations";
import { statusRoutes } from "@pdiem/relayer/api/status";
import { bareApi } from "@pdiem/relayer/api/testing/bare-api";
import { transferRoutes } from "@pdiem/relayer/api/transfers";
import { createClients } from "@pdiem/relayer/clients";
import { parseConfig } from "@pdiem/relayer/config";
import { recordDeposit, recordWithdrawal } from "@pdiem/relayer/jobs/finished/record-finished";
import { openQueues, type Queues } from "@pdiem/relayer/jobs/jobs";
import { createLog } from "@pdiem/relayer/log";
import { connectRedis, readInfo } from "@pdiem/relayer/stores/redis";
import { holdingOf } from "@pdiem/relayer/sync/enclave/holding";
import { Worker } from "bullmq";
import type { Redis } from "ioredis";
import { findRedis } from "#scripts/redis.mjs";
import {
  accountOf,
  addJobs,
  addressOf,
  batchOf,
  createPast,
  endedPayments,
  isWithdrawal,
  type Past,
  pastParts,
  versionOf,
} from "../relayer/support/long-past.js";

const [ENDED = 100_000, OPEN = 2_000] = process.argv.slice(2).map(Number);
const PREFIX = "bench";
const RETENTION = { keep: 1_000_000, keepMs: 31_536_000_000 };
/** A relayer keeps so many jobs that are done. */
const DONE_JOBS = Math.min(ENDED, 20_000);
const AT_ONCE = 500;
const RUNS = 60;
const NOW = Date.now();

interface Timed {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  readonly bytes: number;
}

const usedMemory = async (redis: Redis): Promise<number> => Number(readInfo(await redis.info()).get("used_memory"));

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const inPieces = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < all.length; from += AT_ONCE) await Promise.all(all.slice(from, from + AT_ONCE).map(work));
};

const finishJobs = async (past: Past, queues: Queues, redis: Redis): Promise<void> => {
  const wanted = past.deposits.slice(-DONE_JOBS).map(([number]) => Number(number));
  await addJobs({ ...past, payments: [] }, queues, wanted);
  const worker = new Worker("deposit", async () => ({ outcome: "minted", ledgerBlock: 1, batch: "" }), {
    connection: redis,
    prefix: PREFIX,
    concurrency: 100,
  });
  await new Promise<void>((resolve) => worker.on("drained", () => resolve()));
  await worker.close();
};

const clientsOf = () => {
  const nowhere = { urls: ["http://127.0.0.1:1"] };
  const config = parseConfig({
    diem: nowhere,
    parachain: nowhere,
    relay: nowhere,
    enclave: { url: "http://127.0.0.1:1" },
    redis: { url: "redis://127.0.0.1:1" },
    bridge: Object.fromEntries(Object.entries(Object(formatBridgeConfig(exampleConfig)))),
  });
  return createClients(config, initialLightClientState(config.bridge));
};

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const timed = async (url: string, name: string, paths: (run: number) => string): Promise<Timed> => {
  const times: number[] = [];
  let bytes = 0;
  for (let run = -3; run < RUNS; run++) {
    const start = performance.now();
    const answer = await fetch(`${url}${paths(Math.max(0, run))}`);
    const text = await answer.text();
    if (run >= 0) times.push(performance.now() - start);
    if (answer.status !== 200) throw new Error(`expected an answer to ${name}, got ${answer.status}: ${text}`);
    bytes = text.length;
  }
  times.sort((a, b) => a - b);
  return { name, p50: percentile(times, 0.5), p95: percentile(times, 0.95), most: times.at(-1) ?? Number.NaN, bytes };
};

/** Goes so many pages of 1,000 into the list. */
const cursorAfter = async (url: string, pages: number): Promise<string> => {
  let cursor = "";
  for (let page = 0; page < pages; page++) {
    const answer = await fetch(`${url}/api/v1/transfers?limit=1000${cursor}`);
    const { next } = (await answer.json()) as { next?: string };
    if (next === undefined) break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return cursor;
};

const folder = mkdtempSync(join(tmpdir(), "pdiem-transfers-"));
const server = await startRedis(findRedis(), join(folder, "redis.log"));
const redis = connectRedis(server.url, createLog("silent"));
const queues = openQueues(redis, PREFIX);
const past = createPast({ ended: ENDED, open: OPEN });
const parts = pastParts(past, redis, PREFIX, queues, RETENTION);

say(`recording ${ENDED} finished transfers`);
const before = await usedMemory(redis);
const at = { seen: NOW - 60_000, settled: NOW, finalized: NOW };
const started = performance.now();
await inPieces(endedPayments(past), (data) => recordDeposit(parts, data, at));
await inPieces(past.burns, ({ id }) => recordWithdrawal(parts, id, at));
const recording = (performance.now() - started) / 1000;
const indexBytes = (await usedMemory(redis)) - before;
say(`finishing ${DONE_JOBS} jobs`);
await finishJobs(past, queues, redis);
const jobBytes = (await usedMemory(redis)) - before - indexBytes;
await addJobs(past, queues);

const app = bareApi();
const clients = { ...clientsOf(), signers: { blame: () => new Map<number, never>() } };
const status = {
  ...parts,
  bridgeId: EXAMPLE_ID,
  clients,
  heads: { state: () => ({ url: "ws://127.0.0.1:1", connected: true }) },
  nodeFaults: () => [],
  guard: { kept: () => [], equivocators: () => [], comparedAt: () => undefined },
  poll: { lastError: () => undefined },
  holdersWatch: { holding: () => holdingOf(exampleConfig, [undefined]) },
  pausedQueues: { names: () => [] },
};
transferRoutes(app, () => parts);
statusRoutes(app, () => status);
durationRoutes(app, () => parts);
boardRoutes(app, queues);
const url = await app.listen({ host: "127.0.0.1", port: 0 });

const deep = await cursorAfter(url, Math.floor((ENDED / 1_000) * 0.8));
/** Transfers all over the past, another for each run. */
const some = (run: number): number => Math.floor((ENDED * (run + 0.5)) / RUNS);
const ofKind = (run: number, kind: boolean): number => {
  let i = some(run);
  while (isWithdrawal(i) !== kind) i++;
  return Math.min(i, ENDED - 1);
};
const list = "/api/v1/transfers";
const cases: readonly (readonly [string, (run: number) => string])[] = [
  ["first page", () => list],
  ["first page of 1,000", () => `${list}?limit=1000`],
  ["first page that ended", () => `${list}?state=ended`],
  ["open ones", () => `${list}?state=open`],
  ["deep page", () => `${list}?limit=100${deep}`],
  ["withdrawals", () => `${list}?direction=withdrawal`],
  ["withdrawals, ended, deep", () => `${list}?direction=withdrawal&state=ended${deep}`],
  ["one by its id", (run) => `${list}/deposit-${ofKind(run, false)}`],
  ["by account", (run) => `${list}?account=${accountOf(some(run))}`],
  ["by refund account of all", () => `${list}?account=${"ee".repeat(32)}`],
  ["by address", (run) => `${list}?address=${addressOf(some(run))}`],
  ["by currency", () => `${list}?currency=XUS`],
  ["by currency, ended", () => `${list}?currency=XUS&state=ended`],
  ["by a currency of none", () => `${list}?currency=XDX`],
  ["by version paid in", (run) => `${list}?version=${versionOf(ofKind(run, false))}`],
  ["by version paid out", (run) => `${list}?version=${versionOf(ofKind(run, true))}`],
  ["by batch", (run) => `${list}?hash=${batchOf(some(run))}`],
  ["by account and address of another", (run) => `${list}?account=${"ee".repeat(32)}&address=${addressOf(some(run))}`],
  ["by account of all, no such batch", () => `${list}?account=${"ee".repeat(32)}&hash=${"00".repeat(32)}`],
  ["status", () => "/api/v1/status"],
  ["dashboard: deposits done", () => "/queues/api/queues?activeQueue=deposit&status=completed&page=1&jobsPerPage=10"],
  ["dashboard: all of one queue", () => "/queues/api/queues?activeQueue=deposit&status=latest&page=1&jobsPerPage=10"],
];
const rows: Timed[] = [];
for (const [name, paths] of cases) rows.push(await timed(url, name, paths));

const out = (text: string): void => void process.stdout.write(`${text}\n`);
out(`${ENDED} finished transfers, ${OPEN} open, ${process.version}, ${RUNS} requests each, one at a time; ms`);
out(`index: ${Math.round(indexBytes / ENDED)} bytes a transfer, recorded ${Math.round(ENDED / recording)} a second`);
out(`jobs that are done: ${Math.round(jobBytes / DONE_JOBS)} bytes each`);
for (const { name, p50, p95, most, bytes } of rows)
  out(
    `${name.padEnd(36)} p50 ${p50.toFixed(1).padStart(7)}  p95 ${p95.toFixed(1).padStart(7)}  most ${most.toFixed(1).padStart(7)}  ${bytes} bytes`,
  );
const slow = rows.filter(({ p95 }) => p95 >= 100);
out(slow.length === 0 ? "all p95 under 100 ms" : `not under 100 ms: ${slow.map(({ name }) => name).join(", ")}`);

await app.close();
await Promise.all(Object.values(queues).map((queue) => queue.close()));
redis.disconnect();
await server.child?.stop();
rmSync(folder, { recursive: true });
process.exit(slow.length === 0 ? 0 : 1);
