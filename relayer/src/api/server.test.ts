import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeLonelyConfig } from "../cli/testing/run-command.js";
import { readConfig } from "../config.js";
import { type Relayer, startRelayer } from "../relayer.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-api-"));
let relayer: Relayer;

beforeAll(async () => {
  const file = writeLonelyConfig(join(folder, "relayer.json"), exampleConfig, { port: 0 });
  relayer = await startRelayer(readConfig(file), pino({ level: "silent" }));
});

afterAll(async () => {
  await relayer.stop();
  rmSync(folder, { recursive: true });
});

interface Readiness {
  readonly checks: { readonly poll: { readonly detail: string } };
}

const get = (path: string): Promise<Response> => fetch(`${relayer.url}${path}`, { redirect: "manual" });

describe("a relayer whose Redis, enclave and nodes are all away", () => {
  it("answers at once, is alive, and says what is missing before it is ready", async () => {
    expect((await get("/healthz")).status).toBe(200);
    const ready = await get("/readyz");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      status: "not ready",
      checks: { redis: { ok: false, detail: "not connected" }, poll: { ok: false }, ledger: { ok: false } },
    });
    const detail = async () => ((await (await get("/readyz")).json()) as Readiness).checks.poll.detail;
    await expect.poll(detail, { timeout: 30_000 }).toMatch(/^waiting for .*127\.0\.0\.1:1/);
  });

  it.each(["transfers", "waiting", "withdrawals", "decisions", "checkpoints", "fee-claims", "thaws"])(
    "lets nobody wait for Redis at /api/v1/%s",
    async (name) => {
      const answer = await get(`/api/v1/${name}`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: "relayer/no-redis", retry: "backoff" });
    },
  );

  it.each(["status", "ledger", "reserves", "journal"])("says at /api/v1/%s that it is only starting", async (name) => {
    const answer = await get(`/api/v1/${name}`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: "relayer/starting", retry: "backoff" });
  });

  it("gives its metrics, and none that it doesn't know", async () => {
    const text = await (await get("/metrics")).text();
    expect(text).toContain('pdiem_batches_total{outcome="applied"} 0\n');
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).not.toMatch(/^pdiem_(?:jobs|diem_age_seconds|last_poll_timestamp_seconds)/m);
  });

  it("shows the portal and the dashboard, which ask nothing of other hosts", async () => {
    const root = await get("/");
    expect(root.status).toBe(200);
    expect(root.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    expect(await root.text()).toContain("<title>pDiem</title>");
    const board = await get("/queues");
    expect(board.status).toBe(200);
    expect(board.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(await board.text()).toContain("pDiem");
  });

  it("has an error with a code where nothing is", async () => {
    const answer = await get("/api/v1/nothing");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "request/not-found", retry: "never" });
  });
});
