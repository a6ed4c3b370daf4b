/**
 * A relayed bridge whose ways both go through a gate, with people on both sides. Its reserves are
 * checked at every block.
 */
import { randomBytes } from "node:crypto";
import { childOf, createChildVaspAccountCall } from "@pdiem/chain-formats/diem/transactions/account-calls";
import { scriptFunctionPayload } from "@pdiem/chain-formats/diem/transactions/framework-call";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { createDiemWallet, type DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import type { LocalBridgeOptions } from "@pdiem/devnet/local-bridge/local-bridge";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import type { ReservesView } from "@pdiem/relayer/views/reserves-view";
import { pdiemDone } from "./pdiem.js";
import { type RelayedBridge, startRelayedBridge } from "./relayed-bridge.js";
import { type SubmissionGate, startSubmissionGate } from "./submission-gate.js";

export interface TwoWayBridge extends RelayedBridge {
  readonly gate: SubmissionGate;
  /** A child account of custody's, with coins. */
  readonly child: DiemWallet;
  /**
   * Blocks at which the relayer has proven the reserves since the beginning, and those at which
   * they fell short.
   */
  readonly sampled: () => { readonly covered: ReadonlySet<number>; readonly short: ReadonlySet<number> };
  /** Proven from the configuration's roots of trust on, by a process of one's own. */
  readonly reserves: () => Promise<ReservesView>;
  /**
   * Reads one of the relayer's metrics, with its labels in Prometheus's notation; 0 if it isn't
   * there.
   */
  readonly metric: (name: string) => Promise<number>;
}

const CHILD_COINS = 100_000_000n;

const createChild = async (
  custody: DiemWallet,
  { url, chainId }: { readonly url: string; readonly chainId: number },
) => {
  const seed = randomBytes(32);
  const child = childOf(ed25519AuthenticationKey(publicKeyOf(seed)));
  const creation = { ...child, currency: "XUS", addAllCurrencies: true, childInitialBalance: 0n };
  const { status } = await custody.send(scriptFunctionPayload(createChildVaspAccountCall(creation)));
  if (status !== "executed") throw new Error(`expected the child account to be made: ${status}`);
  return createDiemWallet({ url, chainId, seed });
};

/**
 * Blocks without an end in sight: time passes 6 s with each, so that what was signed soon expires.
 */
const CADENCE = { busyInterval: 300, idleInterval: 300, maxLead: 1_800_000 };

export const startTwoWayBridge = async (options: Pick<LocalBridgeOptions, "limits">): Promise<TwoWayBridge> => {
  const children: DiemWallet[] = [];
  const gates: SubmissionGate[] = [];
  const bridge = await startRelayedBridge({
    ...options,
    substrate: { assetHub: { cadence: CADENCE } },
    prepare: async ({ diem }) => {
      gates.push(await startSubmissionGate(diem.url));
    },
    // The relayer reaches Diem through the gate alone.
    relayerSettings: (settings) => ({ ...settings, diem: { ...settings.diem, urls: gates.map(({ url }) => url) } }),
    prepareCustody: async (custody, { diem }) => {
      children.push(await createChild(custody, diem));
    },
  });
  const [child] = children;
  const [gate] = gates;
  if (child === undefined || gate === undefined) throw new Error("expected custody to have a child, and a gate");
  const { authenticationKey } = child;
  bridge.chains.diem.faucet({ authenticationKey, currency: "XUS", amount: CHILD_COINS });

  const covered = new Set<number>();
  const short = new Set<number>();
  const sample = async (): Promise<void> => {
    // The ledger moves on while it is proven: then the next block tells.
    const seen = await bridge.ask<ReservesView>("/api/v1/reserves").catch(() => undefined);
    if (seen !== undefined) (seen.isCovered ? covered : short).add(seen.block);
  };
  const stopSampling = bridge.chains.assetHub.onBlock(() => void sample());

  return {
    ...bridge,
    gate,
    child,
    sampled: () => ({ covered, short }),
    reserves: async () =>
      JSON.parse(await pdiemDone("reserves", "--json", "--config", bridge.relayerFile)) as ReservesView,
    metric: async (name) => {
      const text = await (await fetch(`${bridge.relayerUrl}/metrics`)).text();
      const line = text.split("\n").find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1) ?? 0);
    },
    stop: async () => {
      stopSampling();
      await bridge.stop();
      await gate.close();
    },
  };
};

export const createPeople = (bridge: RelayedBridge, count: number, coins = 10_000_000n): readonly DiemWallet[] =>
  Array.from({ length: count }, () => createAccount(bridge.chains.diem, coins, "Somebody"));
