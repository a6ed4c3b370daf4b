/** A node that announces another runtime, and gives no metadata of it, or false ones. */
import { type AssetHub, startAssetHub } from "@pdiem/devnet/asset-hub/asset-hub";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { fromHex } from "@pdiem/light-client/bytes";
import { dispatchFailure } from "@pdiem/relayer/chains/parachain/dispatch-failure";
import { existentialDepositIn, keepExistentialDeposit } from "@pdiem/relayer/chains/parachain/existential-deposit";
import { type Heads, watchHeads } from "@pdiem/relayer/chains/parachain/heads";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { nodeFaults } from "@pdiem/relayer/chains/rpc/node-fault";
import { createLog } from "@pdiem/relayer/log";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Fault, type FaultyNode, misbehaveOn, startFaultyNode } from "./support/faulty-node.js";

const METADATA = /^state_getMetadata$|^state_call$/;
const KINDS: readonly [string, Fault][] = [
  ["an error", { type: "error", code: -32000, message: "Client error: UnknownBlock: State already discarded" }],
  ["nothing", { type: "silent" }],
  ["garbage", { type: "result", result: "0x6d6574610e00" }],
  ["an end", { type: "close" }],
  ["no hex", { type: "result", result: "metadata" }],
  ["null", { type: "result", result: null }],
  ["none", { type: "result", result: "0x" }],
  ["what isn't JSON", { type: "text", text: "<html>busy</html>" }],
];

let hub: AssetHub;
const nodes: FaultyNode[] = [];
const opened: Heads[] = [];

beforeAll(async () => {
  hub = await startAssetHub({ cadence: { busyInterval: 50, idleInterval: 300 } });
});
afterEach(async () => {
  for (const heads of opened.splice(0)) await heads.close();
  for (const node of nodes.splice(0)) await node.close();
});
afterAll(() => hub.close());

const node = async (fault: Fault): Promise<FaultyNode> => {
  const made = await startFaultyNode(hub.url, hub.wsUrl);
  made.behave = misbehaveOn(METADATA, fault);
  nodes.push(made);
  return made;
};

const announce = ({ tell }: FaultyNode): void => {
  const result = { specName: "statemine", specVersion: 901, transactionVersion: 14, apis: [] };
  for (const subscription of [1, "1", "abc"])
    tell({ jsonrpc: "2.0", method: "state_runtimeVersion", params: { subscription, result } });
};

describe("a node that announces another runtime and answers for its metadata with", () => {
  it.each(KINDS)("%s ends nothing: blocks are heard of as before, and no metadata asked for", async (_, fault) => {
    const faulty = await node(fault);
    let blocks = 0;
    const heads = watchHeads({
      urls: [faulty.wsUrl],
      pollMs: 100,
      silenceMs: 60_000,
      timeoutMs: 20_000,
      onBlock: () => {
        blocks += 1;
      },
      provenHeight: () => 0,
      log: createLog("silent"),
    });
    opened.push(heads);
    await eventually(() => (heads.state().connected && blocks > 0 ? true : undefined));
    announce(faulty);
    const before = blocks;
    await eventually(() => (blocks > before + 1 ? true : undefined));
    expect(heads.state()).toEqual({ url: faulty.wsUrl, connected: true });
    expect(faulty.asked.filter((method) => METADATA.test(method))).toEqual([]);
  });

  it.each(KINDS)("%s is passed over where metadata are needed, and told", async (_, fault) => {
    const faulty = await node(fault);
    const rpc = createSubstrateRpc(createEndpoints([faulty.url, hub.url]), {
      timeoutMs: fault?.type === "silent" ? 4_000 : 20_000,
      maxResponseBytes: 16_000_000,
    });
    const deposit = await keepExistentialDeposit(rpc).at(hub.head().hash, 900);
    expect(deposit).toBeGreaterThan(0n);
    expect(nodeFaults("parachain", "reads", rpc.endpoints.standings())).toMatchObject([
      { node: new URL(faulty.url).host },
    ]);
  });

  it("nothing at all leaves the deposit unsaid, and it is asked for again", async () => {
    const faulty = await node({ type: "error", code: 1, message: "no" });
    const keeper = keepExistentialDeposit(
      createSubstrateRpc(createEndpoints([faulty.url]), { timeoutMs: 20_000, maxResponseBytes: 16_000_000 }),
    );
    expect(await keeper.at(hub.head().hash, 900)).toBe(undefined);
    faulty.behave = () => undefined;
    expect(await keeper.at(hub.head().hash, 900)).toBeGreaterThan(0n);
  });
});

describe("metadata", () => {
  it("tell the existential deposit and the names of errors", async () => {
    const metadata = fromHex(String(await call(hub.url, "state_getMetadata")));
    expect(existentialDepositIn(metadata)).toBe(3_333_333n);
    expect(existentialDepositIn(metadata.subarray(0, 1_000))).toBe(undefined);
    // Twice: the extrinsic at 1 succeeded, the one at 2 failed with the first error of pallet 50.
    const events = fromHex(`0800${"01000000"}000000000000${"00"}${"02000000"}000103${"32"}0000000000000000`);
    expect(dispatchFailure(events, 2, metadata)).toBe("Assets.BalanceLow");
    expect(dispatchFailure(events, 1, metadata)).toBe(undefined);
  });
});
