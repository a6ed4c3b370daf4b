import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { createEnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { createMachine } from "@pdiem/enclave/testing/machine";
import { collectFinality } from "@pdiem/relayer/chains/parachain/finality";
import { createSubstrateRpc, type SubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { syncEnclaveRelay } from "@pdiem/relayer/sync/enclave/enclave-sync";
import { keepLightClients } from "@pdiem/relayer/sync/light-clients/light-client-keeper";
import { afterEach, describe, expect, it } from "vitest";
import { provableConfig } from "../enclave/proofs.js";
import { createLongChain, type LongChain, type LongChainOptions } from "./long-chain.js";
import { type LongChainNode, startLongChainNode } from "./long-chain-node.js";

/** Nodes' answers are to be taken by any limit above a default node's own. */
const BOUNDS = { timeoutMs: 60_000, maxResponseBytes: 16_000_000 };
const POLKADOT = { authorities: 600, blocks: 14_400 };

const nodes: LongChainNode[] = [];
afterEach(() => {
  for (const node of nodes.splice(0)) node.close();
});

interface Served {
  readonly chain: LongChain;
  readonly node: LongChainNode;
  readonly relay: SubstrateRpc;
}

const serve = async (options: LongChainOptions): Promise<Served> => {
  const chain = createLongChain(options);
  const node = await startLongChainNode(chain);
  nodes.push(node);
  return { chain, node, relay: createSubstrateRpc(createEndpoints([node.url]), BOUNDS) };
};

describe("a relayer", () => {
  it("follows sets of Polkadot's size", async () => {
    const { chain, node, relay } = await serve({ ...POLKADOT, sets: 3 });
    const { state } = await relay.run((_, one) => collectFinality(one, chain.root, 64));
    console.log(node.sent(), node.calls);
    expect(state.setId).toBe(chain.setId);
  });
  it("a set of 40,000 blocks", async () => {
    const { chain, node, relay } = await serve({ ...POLKADOT, blocks: 40_000, sets: 1 });
    const { state } = await relay.run((_, one) => collectFinality(one, chain.root, 64));
    console.log(node.sent(), node.calls);
    expect(state.setId).toBe(chain.setId);
  });
});

describe("enclave", () => {
  it("follows sets of Polkadot's size", async () => {
    const { chain, node, relay } = await serve({ ...POLKADOT, sets: 3 });
    const config = { ...provableConfig, relay: chain.root };
    const lightClients = keepLightClients(initialLightClientState(config));
    const { state } = await relay.run((_, one) => collectFinality(one, chain.root, 64));
    lightClients.offer({ relay: state });
    const machine = await createMachine();
    const enclave = createEnclaveClient(nodeTransport((await machine.start()).url, BOUNDS.timeoutMs));
    const t = performance.now();
    await syncEnclaveRelay({ config, diem: undefined as never, relay, enclave, lightClients });
    console.log(performance.now() - t, node.sent());
    const { role } = await enclave.status();
    expect(role).toMatchObject({ type: "holder", value: { lightClients: { relay: { setId: chain.setId } } } });
    await machine.clear();
  });
});
