import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Relay, startRelay } from "@pdiem/devnet/relay/relay";
import { type GrandpaState, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { collectFinality } from "@pdiem/relayer/chains/parachain/finality";
import { proveHead } from "@pdiem/relayer/chains/parachain/proven-state";
import { collectSetEnds } from "@pdiem/relayer/chains/parachain/set-ends";
import { readProofOf } from "@pdiem/relayer/chains/parachain/substrate-node";
import { createSubstrateRpc, type SubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

const PARA_ID = 1000;
const CHANGES = 5;

let relay: Relay;
let root: GrandpaState;
const servers: Server[] = [];

const trusted = (): GrandpaState => {
  const { setId, authorities, finalized } = relay.trustRoot();
  return { setId, authorities, finalized: { number: finalized.number, hash: finalized.hash } };
};

beforeAll(async () => {
  // No parachain runs here, and nothing reads its head.
  relay = await startRelay({ paraId: PARA_ID, parachainGenesis: new Uint8Array(100), automatic: false });
  root = trusted();
  for (let change = 0; change < CHANGES; change++) {
    relay.changeAuthorities(3 + change);
    for (let block = 0; block < 4; block++) relay.produceBlock();
  }
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => relay.close());

const rpcOf = (...urls: readonly string[]): SubstrateRpc =>
  createSubstrateRpc(createEndpoints(urls), { timeoutMs: 20_000, maxResponseBytes: 4_000_000 });

/** A node that passes on what the honest one answers, changed. */
const liar = (change: (answer: string, method: string) => string): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", async () => {
        const body = Buffer.concat(chunks).toString();
        const answer = await fetch(relay.url, { method: "POST", body });
        response.end(change(await answer.text(), JSON.parse(body).method));
      });
    });
    servers.push(server);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

describe("finality of the relay chain", () => {
  it("is proven across any number of authority sets, each step verified", async () => {
    const path = await rpcOf(relay.url).run((_, node) => collectFinality(node, root, 64));
    expect(path.isLatest).toBe(true);
    expect(path.state.setId).toBe(root.setId + BigInt(CHANGES));
    expect(path.state.finalized.number).toBe(relay.finalized().header.number);
    expect(path.steps).toHaveLength(CHANGES + 1);
  });

  it("is proven in pages where the way is long", async () => {
    let state = root;
    for (let pages = 0; ; pages++) {
      expect(pages).toBeLessThan(CHANGES + 1);
      const path = await rpcOf(relay.url).run((_, node) => collectFinality(node, state, 2));
      expect(path.steps.length).toBeLessThanOrEqual(2);
      state = path.state;
      if (path.isLatest) break;
    }
    expect(state.finalized.number).toBe(relay.finalized().header.number);
  });

  it("takes one step within a set, and none is invented when nothing is new", async () => {
    const rpc = rpcOf(relay.url);
    const { state } = await rpc.run((_, node) => collectFinality(node, root, 64));
    const again = await rpc.run((_, node) => collectFinality(node, state, 64));
    expect(again.steps).toHaveLength(1);
    expect(again.state).toEqual(state);
    relay.produceBlock();
    const further = await rpc.run((_, node) => collectFinality(node, state, 64));
    expect(further.steps).toHaveLength(1);
    expect(further.state.finalized.number).toBe(state.finalized.number + 1);
  });

  it("leads a light client that lags over the last blocks of the sets between", async () => {
    const to = relay.finalized().header.number;
    const ends = await rpcOf(relay.url).run((_, node) =>
      collectSetEnds(node, { number: root.finalized.number, setId: root.setId }, to, { count: 63 }),
    );
    expect(ends).toHaveLength(CHANGES);
    const reached = ends.reduce(
      (state, { proof, header }) => verifyFinality(state, { finalityProof: proof, header }).state,
      root,
    );
    expect(reached.setId).toBe(root.setId + BigInt(CHANGES));
  });
});

describe("a relay chain node that lies", () => {
  const flipHex = (answer: string): string =>
    answer.replace(
      /"result":"0x([0-9a-f]{600})([0-9a-f])/,
      (_, head: string, digit: string) => `"result":"0x${head}${digit === "0" ? "1" : "0"}`,
    );

  it.each([
    [
      "changes a justification",
      (answer: string, method: string) => (method === "grandpa_proveFinality" ? flipHex(answer) : answer),
    ],
    [
      "knows of no finality",
      (answer: string, method: string) =>
        method === "grandpa_proveFinality" ? '{"jsonrpc":"2.0","id":1,"result":null}' : answer,
    ],
    ["answers with another type", () => '{"jsonrpc":"2.0","id":1,"result":{"number":"soon"}}'],
    ["answers with an error", () => '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"busy"}}'],
    ["answers too much", () => `"${"x".repeat(10_000_000)}"`],
  ])("and %s is passed over for an honest one", async (_, change) => {
    const url = await liar(change);
    const rpc = rpcOf(url, relay.url);
    const path = await rpc.run((_, node) => collectFinality(node, root, 64));
    expect(path.state.finalized.number).toBe(relay.finalized().header.number);
    expect(rpc.endpoints.health()[0]).toMatchObject({ url, failuresInARow: 1 });
  });

  it("and leaves a node out of the proof of the parachain's head is found out", async () => {
    const url = await liar((answer, method) =>
      method === "state_getReadProof" ? answer.replace(/"proof":\["0x[0-9a-f]+",?/, '"proof":[') : answer,
    );
    await expect(proveHead(rpcOf(url), root, PARA_ID)).rejects.toMatchObject({ code: "proof/missing-node" });
    const nodes = await rpcOf(relay.url).run((call) =>
      readProofOf(call, [parasHeads(PARA_ID)], relay.finalized().hash),
    );
    expect(nodes.length).toBeGreaterThan(0);
  });
});
