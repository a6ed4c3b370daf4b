import { NO_CHECKPOINT } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import { EXAMPLE_ID, exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { collateralSources } from "@pdiem/bridge-client/collateral/collateral-sources";
import {
  createEnclaveClient,
  type EnclaveReply,
  type EnclaveRequest,
} from "@pdiem/bridge-client/enclave/enclave-client";
import { type RequestOf, type ResponseOf, routes } from "@pdiem/enclave/routes";
import type { EnclaveStatus } from "@pdiem/enclave/wire/identity";
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { enclaveEvidenceRoutes } from "./enclave-evidence.js";
import { bareApi } from "./testing/bare-api.js";

const holder: ResponseOf<"activate">["holder"] = {
  bridgeId: EXAMPLE_ID,
  custodyKey: filled(32, 7),
  handoverKey: filled(32, 8),
  measurement: { tee: "sev-snp", value: filled(48, 9) },
  lightClients: { diem: { epoch: 1n, version: 0n }, relay: { setId: 0n, number: 0, hash: filled(32, 1) } },
  checkpoints: NO_CHECKPOINT,
  receipt: undefined,
  share: undefined,
};
const attestation = { tee: "sev-snp", reportData: filled(32, 2), evidence: filled(9, 1), supplement: filled(9, 2) };
const ANSWER = encode(routes.activate.response, { holder, attestation });

let api: FastifyInstance;
let role: EnclaveStatus["role"];
let asked: RequestOf<"activate">[];
let answerLater: ((reply: EnclaveReply) => void)[];
let onAsked: () => Promise<EnclaveReply>;

const transport = async ({ path, body }: EnclaveRequest): Promise<EnclaveReply> => {
  if (path === routes.status.path)
    return { status: 200, body: encode(routes.status.response, { tee: "sev-snp", isLasting: true, role }) };
  asked.push(decode(routes.activate.request, body ?? new Uint8Array()));
  return onAsked();
};

beforeEach(() => {
  role = { type: "holder", value: holder };
  asked = [];
  answerLater = [];
  onAsked = async () => ({ status: 200, body: ANSWER });
  api = bareApi();
  const parts = { clients: { config: exampleConfig }, enclaves: [createEnclaveClient(transport)] };
  enclaveEvidenceRoutes(api, () => parts, collateralSources.parse({}));
});
afterEach(() => api.close());

const ask = (body: object) => api.inject({ method: "POST", url: "/api/v1/enclave/evidence", payload: body });

describe("evidence through a relayer", () => {
  it("is the enclave's own over the asker's challenge, whole", async () => {
    const answer = await ask({ challenge: "AB".repeat(32) });
    expect([answer.statusCode, answer.json()]).toEqual([200, { answer: toHex(ANSWER) }]);
    expect(asked).toEqual([{ config: exampleConfig, challenge: filled(32, 0xab) }]);
  });

  it("is made for one asker at a time", async () => {
    const underWay = new Promise<void>((resolve) => {
      onAsked = () =>
        new Promise((answer) => {
          answerLater.push(answer);
          resolve();
        });
    });
    const first = ask({ challenge: "01".repeat(32) });
    await underWay;
    expect((await ask({ challenge: "02".repeat(32) })).json()).toMatchObject({ code: "relayer/busy" });
    expect(asked).toHaveLength(1);
    for (const answer of answerLater) answer({ status: 200, body: ANSWER });
    expect((await first).statusCode).toBe(200);
    onAsked = async () => ({ status: 200, body: ANSWER });
    expect((await ask({ challenge: "02".repeat(32) })).statusCode).toBe(200);
  });

  it("isn't asked of an enclave that isn't active: it might make another key", async () => {
    role = { type: "empty", value: undefined };
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
