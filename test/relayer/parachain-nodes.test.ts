import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { type SubstrateChains, startSubstrate } from "@pdiem/devnet/substrate-chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { type Heads, type HeadsOptions, watchHeads } from "@pdiem/relayer/chains/parachain/heads";
import { proveHead, proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { nodeFaults } from "@pdiem/relayer/chains/rpc/node-fault";
import { createLog } from "@pdiem/relayer/log";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Fault, type FaultyNode, startFaultyNode } from "./support/faulty-node.js";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 16_000_000 };

let chains: SubstrateChains;
const closing: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  chains = await startSubstrate({
    assetHub: { cadence: { busyInterval: 100, idleInterval: 500 } },
    relay: { cadence: { busyInterval: 50, idleInterval: 500 } },
  });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => chains.close());

const rpcOf = (url: string) => createSubstrateRpc(createEndpoints([url]), BOUNDS);

/**
 * A wire to the node that can be cut without either end noticing. A firewall that forgets a
 * connection cuts so.
 */
const wire = (): Promise<{ readonly url: string; readonly goSilent: () => void }> =>
  new Promise((resolve) => {
    const { port } = new URL(chains.assetHub.wsUrl);
    const sockets = new Set<Socket>();
    let silent = false;
    const server: Server = createServer((near) => {
      const far = connect(Number(port), "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on("data", (data) => silent || to.write(data));
        from.on("error", () => undefined).on("close", () => to.destroy());
      }
    });
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen(0, "127.0.0.1", () =>
      resolve({
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
        goSilent: () => {
          silent = true;
        },
      }),
    );
  });

const open = (urls: readonly string[], options: Partial<HeadsOptions> = {}): Heads => {
  const heads = watchHeads({
    urls,
    pollMs: 50,
    silenceMs: 60_000,
    timeoutMs: 20_000,
    onBlock: () => undefined,
    provenHeight: () => 0,
    log: createLog("silent"),
    ...options,
  });
  closing.push(heads.close);
  return heads;
};

const connectedTo = (heads: Heads, url: string): Promise<true> =>
  eventually(() => {
    const state = heads.state();
    return state.connected && state.url === url ? true : undefined;
  });

const faulty = async (): Promise<FaultyNode> => {
  const node = await startFaultyNode(chains.assetHub.url, chains.assetHub.wsUrl);
  closing.push(node.close);
  return node;
};

const countingBlocks = () => {
  const counted = {
    blocks: 0,
    onBlock: (): void => {
      counted.blocks += 1;
    },
  };
  return counted;
};

const codesOf = (heads: Heads): readonly string[] =>
  nodeFaults("parachain", "blocks", heads.standings()).map(({ code }) => code);

describe("the parachain's finalized blocks", () => {
  it.each(["wsUrl", "url"] as const)("are heard of by %s", async (scheme) => {
    const counted = countingBlocks();
    const url = chains.assetHub[scheme];
    const heads = open([url], counted);
    await connectedTo(heads, url);
    await eventually(() => (counted.blocks > 2 ? true : undefined));
    expect(codesOf(heads)).toEqual([]);
  });

  it("are heard of from the next node where one has gone silent without closing", async () => {
    const [first, second] = [await wire(), await wire()];
    const counted = countingBlocks();
    const heads = open([first.url, second.url], { ...counted, silenceMs: 1_500, timeoutMs: 3_000 });
    await connectedTo(heads, first.url);
    first.goSilent();
    await connectedTo(heads, second.url);
    expect(codesOf(heads)).toEqual(["rpc/timeout"]);
    const before = counted.blocks;
    await eventually(() => (counted.blocks > before ? true : undefined));
  });

  it("are heard of around a node that isn't there, which is told", async () => {
    const { url } = await wire();
    const heads = open(["ws://127.0.0.1:1", url]);
    await connectedTo(heads, url);
    expect(codesOf(heads)).toEqual(["rpc/unreachable"]);
  });

  it.each<[string, Fault]>([
    ["answers with garbage", { type: "text", text: "<html>busy</html>" }],
    ["closes", { type: "close" }],
    ["refuses to be subscribed to", { type: "error", code: -32601, message: "Method not found" }],
    ["names no subscription", { type: "result", result: { s: 1 } }],
  ])("are heard of around a node that %s, and again from it once it behaves", async (_, fault) => {
    const node = await faulty();
    node.behave = () => fault;
    const heads = open([node.wsUrl, chains.assetHub.wsUrl]);
    await connectedTo(heads, chains.assetHub.wsUrl);
    expect(codesOf(heads)).toHaveLength(1);
    node.behave = () => undefined;
    await connectedTo(heads, node.wsUrl);
    expect(codesOf(heads)).toEqual([]);
  });

  it("are heard of around a node that sends headers of another form", async () => {
    const node = await faulty();
    const heads = open([node.wsUrl, chains.assetHub.wsUrl]);
    await connectedTo(heads, node.wsUrl);
    node.behave = () => ({ type: "close" });
    for (let id = 1; id < 20; id++)
      for (const subscription of [id, String(id)])
        node.tell({ jsonrpc: "2.0", method: "chain_finalizedHead", params: { subscription, result: { number: -1 } } });
    node.tell({ nonsense: 7, params: 3 });
    await connectedTo(heads, chains.assetHub.wsUrl);
  });

  it("are heard of from the next node where one stays far behind what is proven", async () => {
    const node = await faulty();
    node.behave = ({ method }) =>
      method === "chain_getHeader" ? { type: "result", result: { number: "0x1" } } : undefined;
    node.change = (text) => text;
    const heads = open([node.url, chains.assetHub.wsUrl], { silenceMs: 0, provenHeight: () => 100 });
    await connectedTo(heads, chains.assetHub.wsUrl);
    expect(codesOf(heads)).toContain("rpc/behind");
  });
});

describe("state of the parachain", () => {
  it("is proven for more keys than a node answers for at once", async () => {
    const { setId, authorities, finalized } = chains.relay.trustRoot();
    const head = await proveHead(rpcOf(chains.relay.url), { setId, authorities, finalized }, chains.assetHub.paraId);
    const nobody = Array.from({ length: 1_200 }, (_, i) => {
      const account = new Uint8Array(32);
      new DataView(account.buffer).setUint32(0, i + 1);
      return systemAccount(account);
    });
    const keys = [...nobody, timestampNow];
    const { lookup } = await proveStorage(rpcOf(chains.assetHub.url), head.para, keys);
    expect(nobody.every((key) => lookup(key) === undefined)).toBe(true);
    expect(lookup(timestampNow)).toHaveLength(8);
  });
});
