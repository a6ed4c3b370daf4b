/** Faults of nodes, each with the alerts that fire for it. */
import { randomBytes } from "node:crypto";
import { eventually } from "@pdiem/devnet/testing/rpc";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AlertWatch, watchAlerts } from "../infra/support/watch-alerts.js";
import { type FaultyNode, misbehaveOn, startFaultyNode } from "../relayer/support/faulty-node.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";

const AMOUNT = 1_000_000n;
/** Less than what is warned of. */
const MAX_LEAD_MS = 30_000;

type Chain = "diem" | "parachain" | "relay";

let bridge: RelayedBridge;
let nodes: Readonly<Record<Chain, readonly [FaultyNode, FaultyNode]>>;
let paid = 0;

const pair = async (url: string, wsUrl?: string): Promise<readonly [FaultyNode, FaultyNode]> => [
  await startFaultyNode(url, wsUrl),
  await startFaultyNode(url, wsUrl),
];

beforeAll(async () => {
  bridge = await startRelayedBridge({
    substrate: { assetHub: { cadence: { maxLead: MAX_LEAD_MS } } },
    prepare: async ({ diem, assetHub, relay }) => {
      nodes = {
        diem: await pair(diem.url),
        parachain: await pair(assetHub.url, assetHub.wsUrl),
        relay: await pair(relay.url, relay.wsUrl),
      };
    },
    relayerSettings: (settings) => ({
      ...settings,
      diem: { ...settings.diem, urls: nodes.diem.map(({ url }) => url) },
      parachain: { ...settings.parachain, urls: nodes.parachain.map(({ wsUrl }) => wsUrl) },
      relay: { ...settings.relay, urls: nodes.relay.map(({ wsUrl }) => wsUrl) },
    }),
  });
});

afterAll(async () => {
  await bridge?.stop();
  for (const node of Object.values(nodes ?? {}).flat()) await node.close();
});

const all = (): readonly FaultyNode[] => Object.values(nodes).flat();

const heal = (): void => {
  for (const node of all()) {
    node.behave = () => undefined;
    node.change = (answer) => answer;
  }
};

const pay = async (metadata = rawFor(randomBytes(32))): Promise<number> => {
  expect((await bridge.pay("XUS", AMOUNT, metadata)).status).toBe("executed");
  return paid++;
};

const isSound = async (): Promise<true | undefined> => {
  const { nodes: left, chains } = await bridge.ask<StatusView>("/api/v1/status");
  const scores = Object.values(chains).flatMap(({ endpoints }) => endpoints.map(({ score }) => score));
  return left.length === 0 && scores.every((score) => score >= 0.5) ? true : undefined;
};

/** Has a fault fire what is named, once all is well, and ends it. */
const during = async (begin: () => void | Promise<void>, ...names: readonly string[]): Promise<void> => {
  await eventually(isSound);
  const alerts = await watchAlerts(bridge.relayerUrl);
  await begin();
  await alerts.fire(...names);
  heal();
  await eventually(isSound);
};

describe("alerts of a bridge", () => {
  it("are quiet while all is well", async () => {
    expect((await bridge.ended(await pay())).result?.outcome).toBe("minted");
    await eventually(isSound);
    const alerts: AlertWatch = await watchAlerts(bridge.relayerUrl);
    expect(await alerts.firing()).toEqual(["PdiemWatchdog"]);
  });

  it("fire for one node that lies, another that fails and a third that closes", async () => {
    await during(
      () => {
        const [lying] = nodes.relay;
        const [failing] = nodes.diem;
        const [closing] = nodes.parachain;
        lying.behave = misbehaveOn(/^state_getReadProof$/, { type: "result", result: { at: "0x", proof: [] } });
        failing.behave = () => ({ type: "error", code: -32000, message: "internal" });
        closing.behave = () => ({ type: "close" });
      },
      "PdiemNodeLies",
      "PdiemNodeLeft",
      "PdiemNodeFails",
      "PdiemNoSpareNode",
    );
  });

  it("fire for a relayer that is cut off from all nodes", async () => {
    await during(
      () => {
        for (const node of all()) node.behave = () => ({ type: "close" });
      },
      ...["PdiemNoNode", "PdiemPollsFail", "PdiemPollStale", "PdiemDiemBehind", "PdiemParachainBehind"],
      "PdiemReservesUnproven",
    );
  });
});
