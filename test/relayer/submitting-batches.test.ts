/** What the enclave signed for the parachain, handed to nodes of which some are at fault. */
import { randomBytes } from "node:crypto";
import { type AssetHub, startAssetHub } from "@pdiem/devnet/asset-hub/asset-hub";
import { devAccount, devEndowments } from "@pdiem/devnet/asset-hub/dev-accounts";
import { connectApi } from "@pdiem/devnet/asset-hub/operator";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { bytes, encode } from "@pdiem/light-client/codec/scale";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { createSubmitter, type Handed, type Submitter } from "@pdiem/relayer/chains/parachain/submitter";
import { dryRun } from "@pdiem/relayer/chains/parachain/substrate-node";
import { callNode, createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { type NodeFault, nodeFaults } from "@pdiem/relayer/chains/rpc/node-fault";
import { createLog } from "@pdiem/relayer/log";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Fault, type FaultyNode, misbehaveOn, type Request, startFaultyNode } from "./support/faulty-node.js";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 1_000_000 };
const SUBMIT = /^author_submit/;
/** Shorter only where a node is silent: the machine may be slow. */
let patienceMs = 20_000;

let hub: AssetHub;
let api: Awaited<ReturnType<typeof connectApi>>;
let nonce = 0;
let now = 0;
const nodes: FaultyNode[] = [];

beforeAll(async () => {
  hub = await startAssetHub({ endowed: devEndowments(), cadence: { busyInterval: 50, idleInterval: 600_000 } });
  api = await connectApi(hub.wsUrl);
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});
afterAll(async () => {
  await api.disconnect();
  await hub.close();
});

const node = async (fault?: Fault): Promise<FaultyNode> => {
  const made = await startFaultyNode(hub.url);
  made.behave = misbehaveOn(SUBMIT, fault);
  nodes.push(made);
  return made;
};

const submitterFor = (...some: readonly FaultyNode[]): Submitter => {
  const rpc = createSubstrateRpc(createEndpoints(some.map(({ url }) => url)), BOUNDS);
  return createSubmitter(rpc.nodes, createLog("silent"), () => now, patienceMs);
};

const handedOf = (extrinsic: Uint8Array): Handed => ({ extrinsic, hash: toHex(extrinsicHash(extrinsic)) });

/** The next transfer of Alice's. */
const nextBatch = async (): Promise<Handed> => {
  const transfer = api.tx.balances?.transfer?.({ Id: randomBytes(32) }, 10n ** 12n);
  if (transfer === undefined) throw new Error("expected the runtime to have balances.transfer");
  const signed = await transfer.signAsync(devAccount("//Alice"), { nonce: nonce++, era: 0 });
  return handedOf(fromHex(signed.toHex()));
};

/** Answers like a node that takes what it is handed, and forwards nothing. */
const swallow = ({ method, params }: Request): Fault =>
  SUBMIT.test(method) ? { type: "result", result: `0x${toHex(extrinsicHash(fromHex(String(params[0]))))}` } : undefined;

const proven = (): number => hub.finalized().header.number;

const included = ({ extrinsic }: Handed): Promise<number> =>
  eventually(() => {
    const { header, extrinsics } = hub.head();
    return extrinsics.some((one) => equal(one, extrinsic)) ? header.number : undefined;
  });

const faultsOf = (submitter: Submitter): readonly NodeFault[] =>
  nodeFaults("parachain", "writes", submitter.standings());

const submissions = ({ asked }: FaultyNode): number => asked.filter((method) => SUBMIT.test(method)).length;

const later = (ms: number): void => {
  now += ms;
};

describe("a batch that the preferred node doesn't take", () => {
  it.each<[string, Fault, string]>([
    ["pool full (1016)", { type: "error", code: 1016, message: "Immediately Dropped", data: "limit" }, "rpc/refused"],
    ["banned (1012)", { type: "error", code: 1012, message: "Transaction is temporarily banned" }, "rpc/refused"],
    [
      "invalid, as a node says that is behind",
      { type: "error", code: 1010, message: "Invalid Transaction", data: "Transaction has a bad signature" },
      "rpc/refused",
    ],
    ["unknown method", { type: "error", code: -32601, message: "Method not found" }, "rpc/refused"],
    ["asked too often (429)", { type: "status", status: 429, headers: { "retry-after": "30" } }, "rpc/busy"],
    ["broken (502)", { type: "status", status: 502 }, "rpc/status"],
    ["garbage", { type: "text", text: "<html>busy</html>" }, "rpc/form"],
    ["another hash", { type: "result", result: `0x${"00".repeat(32)}` }, "rpc/form"],
    ["no hash", { type: "result", result: "s1" }, "rpc/form"],
    ["closed", { type: "close" }, "rpc/unreachable"],
    ["silent", { type: "silent" }, "rpc/timeout"],
  ])("%s, is taken by the next at once, and the first is told", async (_, fault, code) => {
    const [first, second] = [await node(fault), await node()];
    patienceMs = fault?.type === "silent" ? 3_000 : 20_000;
    const submitter = submitterFor(first, second);
    const batch = await nextBatch();
    expect(await submitter.handOver(batch, proven())).toEqual({ type: "taken" });
    submitter.judge(batch.hash, await included(batch));
    expect(faultsOf(submitter)).toMatchObject([{ chain: "parachain", of: "writes", code }]);
    expect(faultsOf(submitter)[0]?.node).toBe(new URL(first.url).host);
    expect(submissions(second)).toBe(1);
  });

  it("is told with every node's reason where none takes it, and what only the ban of its hash holds up", async () => {
    const banned: Fault = { type: "error", code: 1012, message: "Transaction is temporarily banned" };
    const full: Fault = { type: "error", code: 1016, message: "Immediately Dropped" };
    const batch = handedOf(encode(bytes, randomBytes(100)).slice());
    expect(await submitterFor(await node(banned), await node(full)).handOver(batch, 1)).toMatchObject({
      type: "refused",
      isBanned: false,
      reason: expect.stringMatching(/banned.*Dropped/),
    });
    expect(await submitterFor(await node(banned), await node(banned)).handOver(batch, 1)).toMatchObject({
      isBanned: true,
    });
  });

  it("is said to be too large where that is why, and no node is blamed for it", async () => {
    const exhausts: Fault = {
      type: "error",
      code: 1010,
      message: "Invalid Transaction",
      data: "Transaction would exhaust the block limits",
    };
    const submitter = submitterFor(await node(exhausts), await node(exhausts));
    expect(await submitter.handOver(handedOf(randomBytes(100)), 1)).toMatchObject({ type: "tooLarge" });
    expect(faultsOf(submitter)).toEqual([]);
  });

  it("is no fault of nodes that know it, or another of its nonce, or have used that", async () => {
    for (const [code, data] of [
      [1013, undefined],
      [1014, undefined],
      [1010, "Transaction is outdated"],
    ] as const) {
      const submitter = submitterFor(await node({ type: "error", code, message: "Invalid Transaction", data }));
      expect(await submitter.handOver(handedOf(randomBytes(100)), 1)).toEqual({ type: "taken" });
      expect(faultsOf(submitter)).toEqual([]);
    }
  });
});

describe("a node that takes batches and forwards nothing", () => {
  it("is left once another has brought one into a block, is told, and is returned to", async () => {
    const [first, second] = [await node(), await node()];
    first.behave = swallow;
    const submitter = submitterFor(first, second);
    const batch = await nextBatch();
    await submitter.handOver(batch, proven());
    expect([submissions(first), submissions(second)]).toEqual([1, 0]);
    later(6_000);
    await submitter.handOver(batch, proven());
    submitter.judge(batch.hash, await included(batch));
    expect(faultsOf(submitter)).toMatchObject([{ code: "rpc/no-effect", node: new URL(first.url).host }]);

    // The next goes to the second alone.
    const next = await nextBatch();
    await submitter.handOver(next, proven());
    submitter.judge(next.hash, await included(next));
    expect([submissions(first), submissions(second)]).toEqual([2, 2]);
    expect(faultsOf(submitter)).toHaveLength(1);

    first.behave = () => undefined;
    later(61_000);
    const last = await nextBatch();
    await submitter.handOver(last, proven());
    submitter.judge(last.hash, await included(last));
    expect([submissions(first), submissions(second)]).toEqual([3, 2]);
    expect(faultsOf(submitter)).toEqual([]);
  });

  it("is left for longer each time", async () => {
    const [first, second] = [await node(), await node()];
    first.behave = swallow;
    const submitter = submitterFor(first, second);
    const pass = async (): Promise<void> => {
      const batch = await nextBatch();
      await submitter.handOver(batch, proven());
      later(6_000);
      await submitter.handOver(batch, proven());
      submitter.judge(batch.hash, await included(batch));
    };
    await pass();
    later(61_000);
    await pass();
    const asked = submissions(first);
    later(61_000);
    const batch = await nextBatch();
    await submitter.handOver(batch, proven());
    expect(submissions(first)).toBe(asked);
    submitter.judge(batch.hash, await included(batch));
  });

  it("isn't confused with one that forwarded it before the others had it", async () => {
    const [first, second] = [await node(), await node()];
    const submitter = submitterFor(first, second);
    const batch = await nextBatch();
    await submitter.handOver(batch, proven());
    const block = await included(batch);
    // The second, cut off from gossip, says that it is new.
    second.behave = swallow;
    later(6_000);
    await eventually(() => (proven() >= block ? true : undefined));
    await submitter.handOver(batch, proven());
    submitter.judge(batch.hash, block);
    expect(faultsOf(submitter)).toEqual([]);
  });

  it("is told where it is alone, once blocks are proven without the batch, and gets it again and again", async () => {
    const only = await node();
    only.behave = swallow;
    const submitter = submitterFor(only);
    const batch = await nextBatch();
    for (let height = 10; height < 18; height += 2) {
      await submitter.handOver(batch, height);
      later(15_000);
    }
    expect(faultsOf(submitter)).toEqual([]);
    await submitter.handOver(batch, 18);
    expect(faultsOf(submitter)).toMatchObject([
      { code: "rpc/no-effect", reason: expect.stringContaining("don't come into blocks") },
    ]);
    expect(submissions(only)).toBe(5);
    only.behave = () => undefined;
    later(15_000);
    await submitter.handOver(batch, 19);
    submitter.judge(batch.hash, await included(batch));
  });

  it("isn't blamed while no block is proven at all", async () => {
    const only = await node();
    only.behave = swallow;
    const submitter = submitterFor(only);
    const batch = await nextBatch();
    nonce -= 1;
    for (let times = 0; times < 10; times++) {
      await submitter.handOver(batch, 10);
      later(60_000);
    }
    expect(faultsOf(submitter)).toEqual([]);
  });
});

describe("a batch that is handed over again", () => {
  it("reaches the node each time, as the bytes that were signed", async () => {
    const only = await node();
    const got: string[] = [];
    only.behave = (request) => {
      if (SUBMIT.test(request.method)) got.push(String(request.params[0]));
      return swallow(request);
    };
    const submitter = submitterFor(only);
    // No library could decode it.
    const batch = handedOf(encode(bytes, randomBytes(200)).slice());
    for (let times = 0; times < 4; times++) {
      await submitter.handOver(batch, 1);
      later(15_000);
    }
    expect(got).toEqual(Array(4).fill(`0x${toHex(batch.extrinsic)}`));
  });

  it("gets into a block where a pool has lost it", async () => {
    const only = await node();
    only.behave = swallow;
    const submitter = submitterFor(only);
    const batch = await nextBatch();
    await submitter.handOver(batch, proven());
    only.behave = () => undefined;
    later(6_000);
    await submitter.handOver(batch, proven());
    expect(await included(batch)).toBeGreaterThan(0);
  });

  it("isn't sent more often than is of use", async () => {
    const only = await node();
    only.behave = swallow;
    const submitter = submitterFor(only);
    const batch = handedOf(encode(bytes, randomBytes(50)).slice());
    for (let times = 0; times < 30; times++) {
      await submitter.handOver(batch, 1);
      later(500);
    }
    expect(submissions(only)).toBe(2);
  });
});

describe("a dry run", () => {
  it("is made also by a node that gives none to strangers", async () => {
    const only = await node();
    only.behave = misbehaveOn(/^system_dryRun$/, {
      type: "error",
      code: -32601,
      message: "RPC call is unsafe to be called externally",
    });
    const call = callNode(only.url, BOUNDS);
    const batch = await nextBatch();
    expect(toHex(await dryRun(call, batch.extrinsic))).toBe("0000");
    const submitter = submitterFor(only);
    await submitter.handOver(batch, proven());
    await included(batch);
    // Invalid: stale.
    expect(toHex(await dryRun(call, batch.extrinsic))).toBe("010003");
  });
});
