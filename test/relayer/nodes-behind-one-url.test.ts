/**
 * Several nodes behind one URL of which one is behind, and answers of odd forms. Some nodes want to
 * be left alone.
 */
import { randomBytes } from "node:crypto";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { type SubstrateChains, startSubstrate } from "@pdiem/devnet/substrate-chains";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type TrustedState, trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { createDiemClient, type DiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody } from "@pdiem/relayer/chains/diem/payments";
import { proveHead, proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import { callNode, createSubstrateRpc, type SubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { nodeFaults } from "@pdiem/relayer/chains/rpc/node-fault";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Fault, type FaultyNode, startFaultyNode } from "./support/faulty-node.js";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 16_000_000 };

let diem: RunningDiem;
let custody: AccountAddress;
let root: TrustedState;
let chains: SubstrateChains;
const nodes: FaultyNode[] = [];
const loopback = createLoopback();

beforeAll(async () => {
  diem = await startDiem({ blockInterval: 20, idleInterval: 100 });
  root = trustedStateOf(parseWaypoint(diem.waypoint));
  custody = createAccount(diem, 0n, "Custody").address;
  chains = await startSubstrate({
    assetHub: { cadence: { busyInterval: 100, idleInterval: 400 } },
    relay: { cadence: { busyInterval: 50, idleInterval: 200 } },
  });
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
  loopback.close();
});
afterAll(async () => {
  await diem.close();
  await chains.close();
});

const node = async (target: string): Promise<FaultyNode> => {
  const made = await startFaultyNode(target);
  nodes.push(made);
  return made;
};

const diemAt = (...urls: readonly string[]): DiemClient => createDiemClient(createEndpoints(urls), BOUNDS);
const substrateAt = (...urls: readonly string[]): SubstrateRpc => createSubstrateRpc(createEndpoints(urls), BOUNDS);
const watched = () => ({ chainId: diem.chainId, custody });
const relayRoot = () => {
  const { setId, authorities, finalized } = chains.relay.trustRoot();
  return { setId, authorities, finalized };
};

/** Every second request meets one that is behind. */
const alternating =
  (fault: (method: string) => Fault): FaultyNode["behave"] =>
  ({ method }, turn) =>
    turn % 2 === 0 ? fault(method) : undefined;

describe("several Diem nodes behind one URL, of which one has fallen behind", () => {
  it.each<[string, Fault]>([
    [
      "doesn't know the version",
      {
        type: "error",
        code: -32602,
        message: "Invalid param version(params[0]): should be <= known latest version 3",
        data: null,
      },
    ],
    [
      "has a smaller accumulator",
      {
        type: "error",
        code: -32000,
        message:
          "Server error: The other accumulator is bigger than this one. self.num_leaves: 10. sub_acc_leaves: 11.",
        data: null,
      },
    ],
  ])("are asked again where one %s, and nobody is blamed", async (_, fault) => {
    const url = await node(diem.url);
    url.behave = alternating(() => fault);
    const client = diemAt(url.url);
    let { state } = await proveCustody(client, root, watched());
    for (let times = 0; times < 5; times++) ({ state } = await proveCustody(client, state, watched()));
    expect(nodeFaults("diem", "reads", client.endpoints.standings())).toEqual([]);
  });

  it("are asked by another connection, as one that is kept open leads to the same node", async () => {
    const behind = new WeakSet<object>();
    let connections = 0;
    const url = await loopback.serve(async (request, response) => {
      if (!behind.has(request.socket) && connections++ === 0) behind.add(request.socket);
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts).toString();
      const answer = await fetch(diem.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      const calls = JSON.parse(await answer.text()) as readonly object[];
      const error = { code: -32602, message: "should be <= known latest version 3" };
      response.end(
        JSON.stringify(
          behind.has(request.socket)
            ? calls.map(({ result: _, ...one }: { result?: unknown }) => ({ ...one, error }))
            : calls,
        ),
      );
    });
    const { state } = await proveCustody(diemAt(url), root, watched());
    expect(state.type).toBe("epochState");
    expect(connections).toBeGreaterThan(0);
  });

  it("are told, and left for another URL, where all are behind", async () => {
    const url = await node(diem.url);
    url.behave = () => ({ type: "error", code: -32602, message: "should be <= known latest version 3" });
    const client = diemAt(url.url, diem.url);
    await proveCustody(client, root, watched());
    expect(nodeFaults("diem", "reads", client.endpoints.standings())).toMatchObject([
      { node: new URL(url.url).host, reason: expect.stringContaining("known latest version") },
    ]);
  });
});

describe("several Substrate nodes behind one URL, of which one has fallen behind", () => {
  it("lead to the newest finalized block of the relay chain", async () => {
    const old = await call(chains.relay.url, "chain_getFinalizedHead");
    const start = relayRoot();
    const { state } = await eventually(async () => {
      const head = await proveHead(substrateAt(chains.relay.url), start, chains.assetHub.paraId);
      return head.state.finalized.number > start.finalized.number + 3 ? head : undefined;
    });
    const url = await node(chains.relay.url);
    url.behave = alternating((method) => {
      if (method === "chain_getFinalizedHead") return { type: "result", result: old };
      if (method === "grandpa_proveFinality") return { type: "result", result: null };
      return undefined;
    });
    const rpc = substrateAt(url.url);
    for (let times = 0; times < 5; times++)
      expect((await proveHead(rpc, state, chains.assetHub.paraId)).state.finalized.number).toBeGreaterThanOrEqual(
        state.finalized.number,
      );
    expect(nodeFaults("relay", "reads", rpc.endpoints.standings())).toEqual([]);
  });

  it.each<[string, Fault]>([
    [
      "an unknown block",
      { type: "error", code: 4003, message: "Client error: UnknownBlock: Header was not found in the database" },
    ],
    [
      "a header not found",
      { type: "error", code: -32000, message: "Client error: UnknownBlock: Expect block number from id" },
    ],
  ])("prove a state whose block one answers is %s", async (_, fault) => {
    const head = await proveHead(substrateAt(chains.relay.url), relayRoot(), chains.assetHub.paraId);
    const url = await node(chains.assetHub.url);
    url.behave = alternating(() => fault);
    const rpc = substrateAt(url.url);
    const { lookup } = await proveStorage(rpc, head.para, [timestampNow]);
    expect(lookup(timestampNow)).toHaveLength(8);
  });
});

it("are asked once for a method that they don't have, which isn't about a block", async () => {
  const url = await node(chains.relay.url);
  const asked = callNode(url.url, BOUNDS)("state_getRuntimeVersion", [], z.unknown());
  await expect(asked).rejects.toMatchObject({ code: "rpc/refused", rpcCode: -32_601 });
  expect(url.asked).toEqual(["state_getRuntimeVersion"]);
});

describe("an answer's form", () => {
  it("may have a null error beside a result, on either chain", async () => {
    const withNull = (text: string): string =>
      JSON.stringify(
        ((value: unknown) =>
          Array.isArray(value) ? value.map((one) => ({ error: null, ...one })) : { error: null, ...(value as object) })(
          JSON.parse(text),
        ),
      );
    const [a, b] = [await node(diem.url), await node(chains.relay.url)];
    // Numbers of Diem's versions are small here.
    a.change = withNull;
    b.change = withNull;
    expect((await proveCustody(diemAt(a.url), root, watched())).account.sequenceNumber).toBe(0n);
    const head = await proveHead(substrateAt(b.url), relayRoot(), chains.assetHub.paraId);
    expect(head.para.header.number).toBeGreaterThanOrEqual(0);
  });

  it("may have a null result beside an error, which counts, and data of any kind in it", async () => {
    const [a, b] = [await node(diem.url), await node(chains.relay.url)];
    const text = (frame: object): string =>
      JSON.stringify({ ...frame, id: 0, result: null, error: { code: -32000, message: "busy", data: { a: [1] } } });
    const frame = { jsonrpc: "2.0", diem_chain_id: 4, diem_ledger_version: 1, diem_ledger_timestampusec: 1 };
    a.behave = () => ({ type: "text", text: `[${text(frame)},${text({ ...frame })}]`.replace('"id":0}', '"id":1}') });
    b.behave = () => ({ type: "text", text: text({ jsonrpc: "2.0" }) });
    await expect(proveCustody(diemAt(a.url), root, watched())).rejects.toMatchObject({ retry: "backoff" });
    await expect(proveHead(substrateAt(b.url), relayRoot(), 1000)).rejects.toMatchObject({ code: "rpc/refused" });
  });
});

describe("a node that is asked too often", () => {
  it.each<[string, () => Readonly<Record<string, string>>, number, number]>([
    ["seconds", () => ({ "retry-after": "2" }), 429, 1_900],
    [
      "a date, by its own clock",
      () => ({
        date: new Date(Date.UTC(2001, 0, 1, 0, 0, 0)).toUTCString(),
        "retry-after": new Date(Date.UTC(2001, 0, 1, 0, 0, 2)).toUTCString(),
      }),
      429,
      1_900,
    ],
    ["nothing", () => ({}), 429, 900],
    ["seconds with 503", () => ({ "retry-after": "2" }), 503, 1_900],
  ])("is left alone for as long as it says in %s, also where it is alone", async (_, headers, status, least) => {
    const url = await node(diem.url);
    const times: number[] = [];
    url.behave = (_, turn) => {
      times[turn] = performance.now();
      return turn === 0 ? { type: "status", status, headers: headers() } : undefined;
    };
    const client = diemAt(url.url);
    await proveCustody(client, root, watched());
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(least);
  });

  it("isn't asked at all meanwhile, by whoever asks, and others are", async () => {
    const url = await node(chains.relay.url);
    url.behave = () => ({ type: "status", status: 429, headers: { "retry-after": "3600" } });
    const rpc = substrateAt(url.url, chains.relay.url);
    for (let times = 0; times < 3; times++) await proveHead(rpc, relayRoot(), chains.assetHub.paraId);
    const [left] = rpc.nodes;
    await expect(left?.call("chain_getFinalizedHead", [], {} as never)).rejects.toMatchObject({ code: "rpc/busy" });
    expect(url.asked).toHaveLength(1);
    expect(nodeFaults("relay", "reads", rpc.endpoints.standings())).toMatchObject([
      { code: "rpc/busy", node: new URL(url.url).host, reason: expect.stringContaining("3600 s") },
    ]);
    const alone = substrateAt(url.url);
    await expect(proveHead(alone, relayRoot(), 1000)).rejects.toMatchObject({ code: "rpc/busy", retry: "backoff" });
    await expect(proveHead(alone, relayRoot(), 1000)).rejects.toMatchObject({ code: "rpc/busy" });
    expect(url.asked).toHaveLength(2);
  });

  it("may say so in an answer", async () => {
    const url = await node(chains.relay.url);
    url.behave = (_, turn) => (turn === 0 ? { type: "error", code: 429, message: "Too many requests" } : undefined);
    await proveHead(substrateAt(url.url), relayRoot(), chains.assetHub.paraId);
    expect(url.asked.slice(0, 2)).toEqual(["chain_getFinalizedHead", "chain_getFinalizedHead"]);
  });
});

describe("a node that was left", () => {
  it("is tried again beside the others once it has rested, and then serves", async () => {
    let now = 0;
    const url = await node(diem.url);
    let fault: Fault = { type: "close" };
    url.behave = () => fault;
    const client = createDiemClient(
      createEndpoints([url.url, diem.url], () => now),
      BOUNDS,
    );
    await proveCustody(client, root, watched());
    const asked = url.asked.length;
    await proveCustody(client, root, watched());
    expect(url.asked).toHaveLength(asked);
    fault = undefined;
    now = 2_000;
    await proveCustody(client, root, watched());
    await eventually(() => (client.endpoints.standings()[0]?.standing.type === "sound" ? true : undefined));
  });

  it("makes nobody wait while it is silent", async () => {
    let now = 0;
    const url = await node(diem.url);
    url.behave = () => ({ type: "silent" });
    const client = createDiemClient(
      createEndpoints([url.url, diem.url], () => now),
      { ...BOUNDS, timeoutMs: 1_500 },
    );
    await proveCustody(client, root, watched());
    now = 2_000;
    const before = url.asked.length;
    const began = performance.now();
    await proveCustody(client, root, watched());
    expect(performance.now() - began).toBeLessThan(1_500);
    await expect.poll(() => url.asked.length).toBeGreaterThan(before);
    expect(client.endpoints.standings()[0]?.standing.type).toBe("left");
  });

  it("is told by its host alone: keys stand in the rest of a URL", async () => {
    const secret = toHex(randomBytes(8));
    const client = diemAt(`http://user:${secret}@127.0.0.1:1/v3/${secret}?key=${secret}`, diem.url);
    await proveCustody(client, root, watched());
    const told = nodeFaults("diem", "reads", client.endpoints.standings());
    expect(told).toMatchObject([{ node: expect.stringMatching(/^127\.0\.0\.1:1#[0-9a-f]{6}$/) }]);
    expect(JSON.stringify(told)).not.toContain(secret);
  });
});
