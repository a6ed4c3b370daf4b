/** The list of transfers after many, with a real Redis: what is found, and what that takes. */

import { bareApi } from "@pdiem/relayer/api/testing/bare-api";
import { transferRoutes } from "@pdiem/relayer/api/transfers";
import { processDeposit } from "@pdiem/relayer/jobs/deposit-processor";
import { lookAfterFinished } from "@pdiem/relayer/jobs/finished/finished-upkeep";
import { recordDeposit, recordWithdrawal } from "@pdiem/relayer/jobs/finished/record-finished";
import { openQueues, type Queues } from "@pdiem/relayer/jobs/jobs";
import { createLog } from "@pdiem/relayer/log";
import { createMetrics } from "@pdiem/relayer/metrics";
import { NO_TRACING } from "@pdiem/relayer/tracing/tracing";
import { transfersView } from "@pdiem/relayer/views/transfer-schema";
import type { FastifyInstance } from "fastify";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accountOf,
  addJobs,
  addressOf,
  batchOf,
  createPast,
  endedPayments,
  isWithdrawal,
  pastParts,
  versionOf,
} from "./support/long-past.js";
import { startTestRedis, type TestRedis } from "./support/test-redis.js";

const PREFIX = "finished-test";
const RETENTION = { keep: 10_000, keepMs: 1_000_000_000 };
const [ENDED, OPEN] = [5_000, 300];
/** The newest two have jobs, as everything has, and aren't recorded yet. */
const UNRECORDED = [ENDED - 1, ENDED - 2].map(BigInt);
const NOW = Date.now();
const TIMES = { seen: NOW - 60_000, settled: NOW - 30_000, finalized: NOW };
/** The refund account of every withdrawal. */
const EVERYBODY = "ee".repeat(32);

let server: TestRedis;
let redis: Redis;
let queues: Queues;
let app: FastifyInstance;
let asked: { command: string; names: number }[] = [];

const past = createPast({ ended: ENDED, open: OPEN });
const partsOf = () => pastParts(past, redis, PREFIX, queues, RETENTION);

const idOf = (i: number): string => (isWithdrawal(i) ? (past.burns[Math.floor(i / 3)]?.id ?? "") : `deposit-${i}`);

/** Asks for a page, and tells what that asked of Redis. */
const page = async (query: string) => {
  asked = [];
  const answer = await app.inject(`/api/v1/transfers?${query}`);
  expect([query, answer.statusCode, answer.statusCode === 200 ? "" : answer.body]).toEqual([query, 200, ""]);
  const { transfers, next, open } = transfersView.parse(answer.json());
  return { transfers, ids: transfers.map(({ id }) => id), next, open, asked };
};

const namesIn = (commands: typeof asked): number => commands.reduce((sum, { names }) => sum + names, 0);

beforeAll(async () => {
  server = await startTestRedis();
  ({ redis } = server);
  await redis.flushdb();
  queues = openQueues(redis, PREFIX);
  const parts = partsOf();
  const recorded = endedPayments(past).filter(({ number }) => !UNRECORDED.includes(BigInt(number)));
  await Promise.all(recorded.map((data) => recordDeposit(parts, data, TIMES)));
  await Promise.all(past.burns.map(({ id }) => recordWithdrawal(parts, id, TIMES)));
  await addJobs(
    past,
    queues,
    UNRECORDED.map(Number).filter((i) => !isWithdrawal(i)),
  );
  app = bareApi();
  transferRoutes(app, partsOf);
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    asked.push({ command: command.name, names: Math.max(1, command.args.length - 1) });
    return send(command, stream);
  };
});

afterAll(async () => {
  await app.close();
  await Promise.all(Object.values(queues).map((queue) => queue.close()));
  await server.close();
});

describe("a page", () => {
  it("of what has ended asks Redis once, for what it shows", async () => {
    const first = await page("state=ended&limit=50&direction=withdrawal");
    expect(first.asked).toEqual([{ command: "hmget", names: 50 }]);
    const {
      ids,
      transfers,
      asked: deep,
    } = await page(`state=ended&limit=50&direction=withdrawal&cursor=${first.next}`);
    expect(deep).toEqual([{ command: "hmget", names: 50 }]);
    expect(ids[0]).toBe(idOf(ENDED - 1 - ((ENDED - 3) % 3) - 150));
    expect(transfers[0]).toMatchObject({ stage: "finalized", at: TIMES, payout: { state: "paid" } });
  });

  it("that comes first asks for the jobs that it shows, and no others", async () => {
    const { ids, open, asked: commands } = await page("limit=100");
    expect(ids).toEqual(Array.from({ length: 100 }, (_, i) => `deposit-${ENDED + OPEN - 1 - i}`));
    expect(open).toBe(OPEN);
    expect(commands).toHaveLength(100);
    expect(namesIn(commands)).toBe(300);
  });

  it("of a batch has what it settled", async () => {
    const { ids, next, asked: commands } = await page(`hash=${batchOf(1_234)}`);
    expect([...ids].sort()).toEqual(Array.from({ length: 100 }, (_, i) => idOf(1_200 + i)).sort());
    expect(next).toBeUndefined();
    expect(commands).toHaveLength(1);
    expect((await page(`hash=${"99".repeat(32)}`)).ids).toEqual([]);
  });
});

describe("a search", () => {
  it("finds what has ended a moment ago, whose job is still at it", async () => {
    const fresh = Number(UNRECORDED.find((i) => !isWithdrawal(Number(i))));
    const { ids, transfers } = await page(`version=${versionOf(fresh)}`);
    expect(ids).toEqual([`deposit-${fresh}`]);
    expect(transfers[0]).toMatchObject({ stage: "finalized", result: { account: accountOf(fresh) } });
  });

  const ten = Array.from({ length: 10 }, (_, i) => 2_000 + i);

  it.each([
    ["account", `account=${accountOf(2_000)}`, ten],
    ["address", `address=${addressOf(2_000)}`, ten],
    ["address and direction", `address=${addressOf(2_000)}&direction=withdrawal`, ten.filter(isWithdrawal)],
    ["version paid in", `version=${versionOf(2_001)}`, [2_001]],
    ["version paid out", `version=${versionOf(2_003)}`, [2_003]],
    ["version and another's address", `version=${versionOf(2_001)}&address=${addressOf(1)}`, []],
    ["account and batch", `account=${accountOf(2_000)}&hash=${batchOf(2_000)}`, ten],
    ["account and another batch", `account=${accountOf(2_000)}&hash=${batchOf(1)}`, []],
    ["account and currency of none", `account=${accountOf(2_000)}&currency=XDX`, []],
  ])("by %s finds those, by a few commands", async (_, query, found) => {
    const { ids, next, asked: commands } = await page(query);
    expect([...ids].sort()).toEqual(found.map(idOf).sort());
    expect(next).toBeUndefined();
    expect(commands.length).toBeLessThanOrEqual(6);
  });

  it("by what all have shows each once, page by page, the newest first", async () => {
    const ids: string[] = [];
    let cursor = "";
    let most = 0;
    do {
      const { ids: some, next, asked: commands } = await page(`account=${EVERYBODY}&limit=130${cursor}`);
      ids.push(...some);
      most = Math.max(most, commands.length);
      cursor = next === undefined ? "" : `&cursor=${next}`;
    } while (cursor !== "");
    const blocks = ids.map((id) => past.burns.find((one) => one.id === id)?.block ?? 0);
    expect([...ids].sort()).toEqual(past.burns.map(({ id }) => id).sort());
    expect(blocks).toEqual([...blocks].sort((a, b) => b - a));
    expect(most).toBeLessThanOrEqual(8);
  });

  it("finds what is open by memory alone, then what has ended", async () => {
    const opened = ENDED + 5;
    const { ids, transfers } = await page(`version=${versionOf(opened)}`);
    expect(ids).toEqual([`deposit-${opened}`]);
    expect(transfers[0]).toMatchObject({ stage: "seen", payment: { version: String(versionOf(opened)) } });
    expect((await page(`version=${versionOf(opened)}&state=open`)).asked.map(({ command }) => command)).toEqual([
      "hmget",
    ]);
  });
});

describe("the index", () => {
  const keys = ["records", "order", "terms"].map((name) => `${PREFIX}:finished:${name}`);

  it("takes little over a kilobyte a transfer", async () => {
    const bytes = await Promise.all(keys.map((key) => redis.memory("USAGE", key, "SAMPLES", 0)));
    expect(bytes.reduce<number>((sum, one) => sum + (one ?? 0), 0) / ENDED).toBeLessThan(1_300);
  });

  it("is made again of the jobs that are there, as far as they tell", async () => {
    const parts = partsOf();
    const jobs = UNRECORDED.map(Number).filter((i) => !isWithdrawal(i));
    await redis.del(...keys);
    await lookAfterFinished(parts)();
    expect(await parts.finished.count()).toBe(past.burns.length + jobs.length);
    expect((await page(`account=${accountOf(2)}`)).ids).toContain(idOf(2));
  });

  it("drops the oldest of too many, and what is too old, with all that they were found by", async () => {
    const kept = pastParts(past, redis, PREFIX, queues, { keep: 10, keepMs: 1_000_000 }).finished;
    while ((await kept.trim(NOW)) > 0);
    expect(await kept.count()).toBe(10);
    expect(await redis.hlen(`${PREFIX}:finished:records`)).toBe(10);
    while ((await kept.trim(NOW + 10_000_000)) > 0);
    expect(await redis.exists(...keys)).toBe(0);
  });

  it("has a deposit before its job ends: a relayer killed in between leaves nothing that can't be found", async () => {
    const parts = partsOf();
    const metrics = createMetrics();
    const job = await queues.deposit.getJob(`deposit-${ENDED - 1}`);
    if (job === undefined) throw new Error("expected the job of the newest deposit");
    job.updateProgress = () => Promise.reject(new Error("killed"));
    const follow = processDeposit({ ...parts, metrics, tracing: NO_TRACING, log: createLog("silent") });
    await expect(follow(job)).rejects.toThrow("killed");
    expect((await parts.finished.get([`d${ENDED - 1}`])).get(`d${ENDED - 1}`)?.at.finalized).toBeGreaterThanOrEqual(
      NOW,
    );
  });

  it("finds one that is recorded anew by what it has now, and takes up none that ended too long ago", async () => {
    const { finished } = partsOf();
    const one = { block: 7, currency: "XUS", address: "aa", accounts: ["01".repeat(32)], at: { finalized: NOW } };
    await finished.record("d1", one);
    await finished.record("d1", { ...one, accounts: ["02".repeat(32)] });
    expect(await finished.find("a0101010101010101", "~", 9)).toEqual([]);
    expect(await finished.find("a0202020202020202", "~", 9)).toEqual([{ name: "d1", place: "00000007|d1" }]);
    await finished.record("d2", { ...one, at: { finalized: NOW - 2 * RETENTION.keepMs } });
    expect(await finished.missing(["d1", "d2"])).toEqual(["d2"]);
  });

  it("that somebody has spoiled breaks neither pages nor searches", async () => {
    const [records = "", , terms = ""] = keys;
    const [fresh, older] = UNRECORDED.map((number) => `deposit-${number}`);
    await redis.hdel(records, `d${ENDED - 1}`);
    await redis.hset(queues.deposit.toKey(`${fresh}`), "progress", '{"stage":"finalized","at":{"finalized":"soon"}}');
    const times = [null, null, null, null];
    await redis.hset(records, `d${ENDED - 2}`, JSON.stringify([1, "XUS", "aa", [], times, ["1", "many", "zz"]]));
    await redis.zadd(terms, 0, `v${versionOf(ENDED - 1)}|fffffff0|d-many`);
    expect((await page(`version=${versionOf(ENDED - 1)}`)).ids).toEqual([fresh]);
    const { transfers } = await page("state=ended&limit=5");
    expect(transfers.find(({ id }) => id === older)).toMatchObject({ stage: "finalized" });
  });

  it("loses nothing where two relayers record the same at once", async () => {
    const [one, other] = [partsOf().finished, partsOf().finished];
    const at = { finalized: NOW };
    const told = (account: string) => ({ block: 8, currency: "XUS", address: "bb", accounts: [account], at });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : other).record("d3", told(`${i % 2}`.repeat(64)))),
    );
    const found = await Promise.all(["0", "1"].map((digit) => one.find(`a${digit.repeat(16)}`, "~", 9)));
    const [kept] = (await one.get(["d3"])).get("d3")?.accounts ?? [];
    expect(found.flat()).toHaveLength(1);
    expect(found.findIndex((some) => some.length === 1)).toBe(Number(kept?.[0]));
  });
});
