/**
 * One bridge whose nodes misbehave one after the other, in ways that others have reported of real
 * ones.
 */
import { randomBytes } from "node:crypto";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAlerts } from "../infra/support/expect-alerts.js";
import { type Fault, type FaultyNode, misbehaveOn, startFaultyNode } from "../relayer/support/faulty-node.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { received } from "./support/withdrawals.js";

const SUBMIT = /^author_submit/;

let bridge: RelayedBridge;
let first: FaultyNode;
let second: FaultyNode;
/** All that the relayer has of Diem. */
let diem: FaultyNode;
let paid = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    prepare: async ({ assetHub, diem: { url } }) => {
      first = await startFaultyNode(assetHub.url, assetHub.wsUrl);
      second = await startFaultyNode(assetHub.url, assetHub.wsUrl);
      diem = await startFaultyNode(url);
    },
    relayerSettings: (settings) => ({
      ...settings,
      parachain: { ...settings.parachain, urls: [first.wsUrl, second.wsUrl, ...settings.parachain.urls] },
      diem: { ...settings.diem, urls: [diem.url] },
    }),
  });
});

afterAll(async () => {
  await bridge?.stop();
  for (const node of [first, second, diem]) await node?.close();
});

const deposit = async (metadata = rawFor(randomBytes(32))): Promise<number> => {
  await bridge.pay("XUS", 1_000_000n, metadata);
  return paid++;
};

const minted = async (): Promise<void> => {
  const { result } = await bridge.ended(await deposit());
  expect(result?.outcome).toBe("minted");
};

const nodesTold = async (): Promise<StatusView["nodes"]> => (await bridge.ask<StatusView>("/api/v1/status")).nodes;

const toldOf = ({ url }: FaultyNode, code: string): Promise<true> =>
  eventually(async () => {
    const told = await nodesTold();
    return told.some((one) => one.node === new URL(url).host && one.code === code) ? true : undefined;
  });

const readiness = async (): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${bridge.relayerUrl}/readyz`);
  return { status: response.status, text: await response.text() };
};

const metrics = async (): Promise<string> => (await fetch(`${bridge.relayerUrl}/metrics`)).text();

describe("a bridge whose nodes misbehave", () => {
  it("goes round a parachain node that takes batches and forwards nothing, and tells of it everywhere", async () => {
    first.behave = ({ method, params }) =>
      SUBMIT.test(method)
        ? { type: "result", result: `0x${toHex(extrinsicHash(fromHex(String(params[0]))))}` }
        : undefined;
    await minted();
    await toldOf(first, "rpc/no-effect");
    const host = new URL(first.url).host;
    const { status, text } = await readiness();
    expect(status).toBe(200);
    expect(text).toContain(`parachain node ${host} is handed nothing`);
    expect(await metrics()).toContain(
      `pdiem_node_fault{chain="parachain",node="${host}",of="writes",code="rpc/no-effect"} 1`,
    );
    await minted();
  });

  it.each<[string, Fault]>([
    ["drops batches (1016)", { type: "error", code: 1016, message: "Immediately Dropped", data: "limit" }],
  ])("goes round the next, that %s", async (_, fault) => {
    second.behave = misbehaveOn(SUBMIT, fault);
    await minted();
    await toldOf(second, "rpc/refused");
  });

  it("outlives nodes that announce a runtime, and give no metadata", async () => {
    const faults: readonly Fault[] = [
      { type: "error", code: -32000, message: "Client error: UnknownBlock: State already discarded" },
      { type: "result", result: "0x6d6574610e00" },
      { type: "close" },
      { type: "silent" },
    ];
    for (const [at, fault] of faults.entries()) {
      const node = at % 2 === 0 ? first : second;
      node.behave = misbehaveOn(/^state_getMetadata$|^state_call$/, fault);
      const result = { specName: "statemine", specVersion: 901 + at, transactionVersion: 15, apis: [] };
      node.tell({ jsonrpc: "2.0", method: "state_runtimeVersion", params: { subscription: "1", result } });
    }
    await minted();
    expect(bridge.relayer().running()).toBe(true);
  });

  it("mints and refunds by one URL of Diem's behind which one of two nodes lags", async () => {
    const lags: Fault = {
      type: "error",
      code: -32602,
      message: "Invalid param version(params[0]): should be <= known latest version 3",
      data: null,
    };
    diem.behave = (_, turn) => (turn % 2 === 0 ? lags : undefined);
    await minted();
    const before = (await received(bridge, bridge.payer)).length;
    await deposit(new Uint8Array());
    await eventually(async () => ((await received(bridge, bridge.payer)).length > before ? true : undefined));
    diem.behave = () => undefined;
  });

  it("says that Diem's only node forwards no payments, and pays once it does", async () => {
    diem.behave = misbehaveOn(/^submit$/, { type: "result", result: null });
    const before = (await received(bridge, bridge.payer)).length;
    await deposit(new Uint8Array());
    await toldOf(diem, "rpc/no-effect");
    const { status, text } = await readiness();
    expect(status).toBe(503);
    expect(text).toContain("takes payments, and they aren't executed");
    await expectAlerts(bridge.relayerUrl, "PdiemPaymentsNotTaken", "PdiemReleaseUnpaid");
    diem.behave = () => undefined;
    await eventually(async () => ((await received(bridge, bridge.payer)).length > before ? true : undefined));
    await eventually(async () => ((await readiness()).status === 200 ? true : undefined));
  });
});
