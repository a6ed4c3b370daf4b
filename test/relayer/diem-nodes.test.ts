import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type TrustedState, trustedStateOf, trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { createDiemClient, type DiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody, provePayments } from "@pdiem/relayer/chains/diem/payments";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { askForPayments } from "@pdiem/relayer/sync/transfers/payment-news";
import type { CustodySight } from "@pdiem/relayer/sync/transfers/payment-watch";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

const PAYMENTS = 130;

let diem: RunningDiem;
let custody: AccountAddress;
let payer: DiemWallet;
let root: TrustedState;
const servers: Server[] = [];

beforeAll(async () => {
  diem = await startDiem({ blockInterval: 20 });
  root = trustedStateOf(parseWaypoint(diem.waypoint));
  custody = createAccount(diem, 0n, "Custody").address;
  payer = createAccount(diem, 1_000_000_000n, "A payer");
  await Promise.all(Array.from({ length: PAYMENTS }, (_, i) => pay(BigInt(i + 1))));
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => diem.close());

const pay = (amount: bigint) => payer.pay({ payee: custody, currency: "XUS", amount, metadata: new Uint8Array() });

const serve = (listener: RequestListener): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

/** A node that passes on what the honest one answers, changed. */
const liar = (change: (answer: string) => string): Promise<string> =>
  serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(diem.url, { method: "POST", headers, body: Buffer.concat(chunks) });
      response.end(change(await answer.text()));
    });
  });

const clientOf = (...urls: readonly string[]): DiemClient =>
  createDiemClient(createEndpoints(urls), { timeoutMs: 20_000, maxResponseBytes: 8_000_000 });

const watched = () => ({ chainId: diem.chainId, custody });

const payments = async (client: DiemClient) => {
  const { state, account } = await proveCustody(client, root, watched());
  const { key, count } = account.receivedEvents;
  return provePayments(client, state, diem.chainId, key, { from: 0n, to: count });
};

describe("payments to custody", () => {
  it("are read beyond the first hundred, each proven, in order", async () => {
    const events = await payments(clientOf(diem.url));
    expect(events.map(({ event }) => event.sequenceNumber)).toEqual(
      Array.from({ length: PAYMENTS }, (_, i) => BigInt(i)),
    );
    const sum = events.reduce((total, { event }) => total + readPayment(event).amount, 0n);
    expect(sum).toBe(BigInt((PAYMENTS * (PAYMENTS + 1)) / 2));
  });

  it("are read again from whatever was trusted before, across more epochs than one answer holds", async () => {
    const client = clientOf(diem.url);
    const before = await proveCustody(client, root, watched());
    for (let epoch = 0; epoch < 105; epoch++) diem.association.nextEpoch();
    for (const start of [root, before.state]) {
      const { state } = await proveCustody(client, start, watched());
      expect(state.type === "epochState" && state.value.epochState.epoch).toBeGreaterThan(105n);
      expect(trustedVersion(state)).toBeGreaterThan(trustedVersion(before.state));
    }
  });
});

describe("a node that lies", () => {
  const flipped = (answer: string): string =>
    answer.replace(/("event_with_proof":"[0-9a-f]{200})([0-9a-f])/, (_, head: string, digit: string) =>
      head.concat(digit === "0" ? "1" : "0"),
    );

  it.each([
    ["changes an event", flipped],
    ["keeps the last events back", (answer: string) => answer.replace(/,\{"event_with_proof":"[0-9a-f]+"\}\]/, "]")],
    ["answers with something else", () => "<html>busy</html>"],
    ["answers without an end", () => `"${"x".repeat(20_000_000)}"`],
    ["answers for another chain", (answer: string) => answer.replaceAll(/"diem_chain_id":\d+/g, '"diem_chain_id":1')],
  ])("and %s is passed over for an honest one", async (_, change) => {
    const url = await liar(change);
    const client = clientOf(url, diem.url);
    expect(await payments(client)).toHaveLength(PAYMENTS);
    expect(client.endpoints.health()[0]).toMatchObject({ url, failuresInARow: expect.toSatisfy((n) => n > 0) });
  });

  it("is told what it did when there is no other", async () => {
    const client = clientOf(await liar(flipped));
    await expect(payments(client)).rejects.toMatchObject({
      retry: "backoff",
      code: expect.stringMatching(/^(proof|rpc)\//),
    });
  });
});

describe("news of payments to custody", () => {
  const sightOf = async (): Promise<CustodySight> => {
    const { account, resources } = await proveCustody(clientOf(diem.url), root, watched());
    return { account, resources, version: 0n, time: 0n };
  };

  it("come once for what follows the last proven one, and again once that is proven", async () => {
    let sight: CustodySight | undefined;
    let told = 0;
    const onPayment = (): void => void told++;
    const ask = askForPayments({ client: clientOf(diem.url), payments: { custody: () => sight }, onPayment });
    await ask();
    sight = await sightOf();
    await ask();
    expect(told).toBe(0);
    await pay(1n);
    await ask();
    await ask();
    expect(told).toBe(1);
    sight = await sightOf();
    await ask();
    expect(told).toBe(1);
    await pay(1n);
    await ask();
    expect(told).toBe(2);
  });
});
