import type { ServerResponse } from "node:http";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEnclaveClient } from "../enclave/client.js";
import { enclaveEvidenceRoutes } from "./enclave-evidence.js";

const KEY = `0x${"07".repeat(32)}`;
const IDENTITY = {
  bridgeId: KEY,
  custodyKey: KEY,
  handoverKey: KEY,
  heads: { diem: { version: "0" }, relay: { setId: "0", number: 0, hash: KEY } },
};
const EVIDENCE = { ...IDENTITY, tee: "sev-snp", reportData: KEY, evidence: "0x01", supplement: "0x02" };
const CONFIG = { name: "this bridge" };

const loopback = createLoopback();
let api: FastifyInstance;
let isActive: boolean;
/** Bodies of the activations that were asked for, and what will answer them. */
let asked: { readonly body: unknown; readonly response: ServerResponse }[];
let onAsked: (response: ServerResponse) => void;

const send = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
};

beforeEach(async () => {
  isActive = true;
  asked = [];
  onAsked = () => undefined;
  const url = await loopback.serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "GET")
        return send(response, isActive ? { tee: "sev-snp", active: IDENTITY } : { tee: "sev-snp" });
      asked.push({ body: JSON.parse(Buffer.concat(chunks).toString("utf8")), response });
      return onAsked(response);
    });
  });
  const clients = {
    enclave: createEnclaveClient(url, { timeoutMs: 20_000, maxResponseBytes: 100_000 }),
    bridgeJson: CONFIG,
  };
  api = Fastify();
  enclaveEvidenceRoutes(api, () => clients);
});
afterEach(async () => {
  await api.close();
  loopback.close();
});

const ask = (body: object) => api.inject({ method: "POST", url: "/api/enclave/evidence", payload: body });

describe("evidence through a relayer", () => {
  it("is the enclave's own over the asker's challenge, whole", async () => {
    onAsked = (response) => send(response, EVIDENCE);
    const answer = await ask({ challenge: "AB".repeat(32) });
    expect([answer.statusCode, answer.json()]).toEqual([200, EVIDENCE]);
    expect(asked.map(({ body }) => body)).toEqual([{ config: CONFIG, challenge: `0x${"ab".repeat(32)}` }]);
  });

  it("is made for one asker at a time", async () => {
    const underWay = new Promise<void>((resolve) => {
      onAsked = () => resolve();
    });
    const first = ask({ challenge: "01".repeat(32) });
    await underWay;
    expect((await ask({ challenge: "02".repeat(32) })).json()).toMatchObject({ code: "relayer/busy" });
    expect(asked).toHaveLength(1);
    for (const { response } of asked) send(response, EVIDENCE);
    expect((await first).statusCode).toBe(200);
    onAsked = (response) => send(response, EVIDENCE);
    expect((await ask({ challenge: "02".repeat(32) })).statusCode).toBe(200);
  });

  it("isn't asked of an enclave that isn't active: it might make another key", async () => {
    isActive = false;
    expect((await ask({ challenge: "01".repeat(32) })).json()).toMatchObject({ code: "relayer/starting" });
    expect(asked).toEqual([]);
  });

  it.each([
    {},
    { challenge: 7 },
    { challenge: "00".repeat(31) },
    { challenge: "0x".repeat(32) },
    { challenge: "00".repeat(32), more: 1 },
  ])("is refused without exactly one challenge of 32 bytes (%#)", async (body) => {
    expect((await ask(body)).json()).toMatchObject({ code: "request/invalid" });
    expect(asked).toEqual([]);
  });
});
