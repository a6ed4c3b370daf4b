/** Transfers' event streams, over HTTP, of jobs in a Redis. */
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { exampleConfig, ISSUER } from "@pdiem/bridge/testing/config";
import { EXAMPLE_ID } from "@pdiem/bridge/testing/guardians";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { eventRoutes, STREAM_BOUNDS, type StreamBounds } from "@pdiem/relayer/api/portal/events";
import { bareApi } from "@pdiem/relayer/api/testing/bare-api";
import { createReadJobs } from "@pdiem/relayer/jobs/finished/told-jobs";
import { openQueues, type Queues } from "@pdiem/relayer/jobs/jobs";
import { NO_OBSTACLES } from "@pdiem/relayer/readiness/obstacle";
import { keepFinished } from "@pdiem/relayer/stores/finished/finished-index";
import { createDepositEnds } from "@pdiem/relayer/sync/transfers/deposit-ends";
import { createReleaseEnds } from "@pdiem/relayer/sync/transfers/release-ends";
import { createWithdrawalEnds } from "@pdiem/relayer/sync/transfers/withdrawal-ends";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "./support/test-redis.js";

let server: TestRedis;
let queues: Queues;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  server = await startTestRedis();
  queues = openQueues(server.redis, "events-test");
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await Promise.all(Object.values(queues).map((queue) => queue.close()));
  await server.close();
});

interface Served {
  readonly port: number;
  /** The server's ends of what is connected. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Looks so often that no test waits for it. */
const HASTY: StreamBounds = { ...STREAM_BOUNDS, ofOne: 20, lookMs: 10 };

const RETENTION = { keep: 100, keepMs: 1_000 };

const serve = async (bounds: Partial<StreamBounds> = {}): Promise<Served> => {
  const app: FastifyInstance = bareApi();
  const parts = {
    config: exampleConfig,
    issuer: ISSUER,
    queues,
    finished: keepFinished(server.redis, "events-test", RETENTION),
    readJobs: createReadJobs(server.redis),
    retention: RETENTION,
    follower: { view: () => undefined },
    readiness: () => NO_OBSTACLES,
    checkpoints: { kept: () => undefined },
    payments: { open: () => [], custody: () => undefined },
    payouts: { get: () => undefined, at: () => undefined, unpaid: () => [] },
    depositEnds: createDepositEnds(),
    releaseEnds: createReleaseEnds(),
    withdrawalEnds: createWithdrawalEnds(EXAMPLE_ID),
    withdrawals: { holdings: () => [] },
    withdrawalAccounts: { get: () => undefined },
  };
  eventRoutes(app, () => parts, { ...HASTY, ...bounds });
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  closing.push(() => app.close());
  return { port: Number(new URL(url).port), sockets };
};

let made = 0;

/** A deposit's job, which says of itself what it waits for. */
const createDeposit = async (metadata = "") => {
  const number = String(made++);
  const id = `deposit-${number}`;
  const data = { number, version: "1", currency: "XUS", amount: "1", sender: "", metadata };
  const job = await queues.deposit.add("deposit", data, { jobId: id });
  const wait = (waitingFor: string) => job.updateProgress({ stage: "seen", at: { seen: 1 }, waitingFor });
  return { id, job, data, wait };
};

interface Event {
  readonly id: string;
  readonly waitingFor: string;
}

interface Stream {
  readonly status: number;
  readonly text: () => string;
  readonly events: () => readonly Event[];
  readonly close: () => void;
}

/** Reads a stream as a page does, from an address of loopback. */
const listen = async ({ port }: Served, id: string, last?: string, localAddress = "127.0.0.1"): Promise<Stream> => {
  const headers = last === undefined ? {} : { "last-event-id": last };
  const request: ClientRequest = get({
    host: "127.0.0.1",
    port,
    path: `/api/v1/transfers/${id}/events`,
    headers,
    localAddress,
    agent: false,
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on("response", resolve).on("error", reject);
  });
  let text = "";
  response.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  response.on("error", () => undefined);
  const close = (): void => void request.destroy();
  closing.push(close);
  const events = (): readonly Event[] =>
    [...text.matchAll(/^id: (\w+)\nevent: transfer\ndata: (.*)\n\n/gm)].map(([, told = "", data = "{}"]) => ({
      id: told,
      waitingFor: String(JSON.parse(data).waitingFor),
    }));
  return { status: response.statusCode ?? 0, text: () => text, events, close };
};

const until = (condition: () => boolean): Promise<true> => eventually(() => (condition() ? true : undefined));
const waitsOf = (stream: Stream): readonly string[] => stream.events().map(({ waitingFor }) => waitingFor);

describe("an event stream", () => {
  it("resumed by the last event's id tells what came in between, and nothing twice", async () => {
    const api = await serve({ beatMs: 50 });
    const { id, wait } = await createDeposit();
    await wait("one");
    const first = await listen(api, id);
    await until(() => waitsOf(first).includes("one"));
    first.close();
    await wait("two");
    const second = await listen(api, id, first.events().at(-1)?.id);
    await until(() => waitsOf(second).includes("two"));
    second.close();
    const third = await listen(api, id, second.events().at(-1)?.id);
    // It was looked up since: a heartbeat follows looking.
    await until(() => third.text().includes(": alive"));
    await wait("three");
    await until(() => waitsOf(third).length > 0);
    expect([first, second, third].map(waitsOf)).toEqual([["one"], ["two"], ["three"]]);
  });

  it("has a heartbeat while there is no news, and says what isn't known", async () => {
    const api = await serve({ beatMs: 20 });
    const stream = await listen(api, "deposit-999");
    await until(() => (stream.text().match(/^: alive\n\n/gm) ?? []).length >= 3);
    expect(stream.text()).toMatch(/^retry: 2000\n\nid: \w{16}\nevent: unknown\ndata: \{\}\n\n(?:: alive\n\n)+$/);
  });

  it("whose reader doesn't read is ended, and costs no more than its bound and one event until then", async () => {
    const unread = 64 * 1024;
    const api = await serve({ unread });
    // So much that what the system itself holds for a connection is soon full.
    const metadata = "00".repeat(500_000);
    const { id, wait } = await createDeposit(metadata);
    const reader = await listen(api, id);
    const [listening] = api.sockets;
    const idle = connect(api.port, "127.0.0.1").pause();
    closing.push(() => idle.destroy());
    idle.on("error", () => undefined);
    idle.write(`GET /api/v1/transfers/${id}/events HTTP/1.1\r\nhost: h\r\n\r\n`);
    const unreadBy = await eventually(() => [...api.sockets].find((socket) => socket !== listening));
    let most = 0;
    for (let told = 1; !unreadBy.destroyed; told++) {
      expect(told).toBeLessThan(100);
      await wait(String(told));
      await until(() => {
        most = Math.max(most, unreadBy.writableLength);
        return waitsOf(reader).includes(String(told));
      });
    }
    expect(most).toBeGreaterThan(unread);
    expect(most).toBeLessThan(unread + metadata.length + 10_000);
    await wait("after");
    await until(() => waitsOf(reader).includes("after"));
  });
});

const busy = (stream: Stream) =>
  eventually(() => (stream.text() === "" ? undefined : { status: stream.status, ...JSON.parse(stream.text()) }));
const BUSY = { status: 503, code: "relayer/busy", retry: "backoff" };

describe("event streams", () => {
  it("of one address are bounded; others have theirs, and one that was closed makes room", async () => {
    const api = await serve({ ofOne: 2 });
    const own = [await listen(api, "deposit-1"), await listen(api, "deposit-2")];
    expect(await busy(await listen(api, "deposit-3"))).toMatchObject(BUSY);
    expect((await listen(api, "deposit-3", undefined, "127.0.0.2")).status).toBe(200);
    own[0]?.close();
    await eventually(async () => ((await listen(api, "deposit-3")).status === 200 ? true : undefined));
    expect(await busy(await listen(api, "deposit-4"))).toMatchObject(BUSY);
  });

  it("are bounded in all", async () => {
    const api = await serve({ inAll: 3 });
    for (const host of [1, 2, 3])
      expect((await listen(api, "deposit-1", undefined, `127.0.0.${host}`)).status).toBe(200);
    expect(await busy(await listen(api, "deposit-1", undefined, "127.0.0.4"))).toMatchObject(BUSY);
  });

  it("that are asked for one behind another take no room once their connection is gone", async () => {
    const api = await serve({ ofOne: 2 });
    const socket = connect(api.port, "127.0.0.1");
    closing.push(() => socket.destroy());
    let text = "";
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    socket.write("GET /api/v1/transfers/deposit-1/events HTTP/1.1\r\nhost: h\r\n\r\n".repeat(5));
    await until(() => text.includes("event: "));
    socket.destroy();
    await until(() => api.sockets.size === 0);
    for (const id of ["deposit-1", "deposit-2"]) expect((await listen(api, id)).status).toBe(200);
  });
});
