/**
 * PROTOCOL 3, 'How calls are encoded'. The proofs are made from what nodes say of a runtime that
 * has its digest built in.
 */
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";
import { type SubstrateChains, startSubstrate } from "@pdiem/devnet/substrate-chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { runtimeFile } from "@pdiem/devnet/testing/runtime-files";
import { CALL_NAMES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { PASSET_HUB, PASSET_HUB_DIGEST } from "@pdiem/light-client/polkadot/testing/passet-hub";
import { outcomeOf } from "@pdiem/light-client/testing/outcome";
import { keepMetadata, type MetadataKeeper } from "@pdiem/relayer/chains/metadata-keeper";
import { createSubstrateRpc, type SubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { nodeFaults } from "@pdiem/relayer/chains/rpc/node-fault";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fault, startFaultyNode } from "./support/faulty-node.js";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 16_000_000 };
const SPEC_VERSION = 1_019_002;
const file = runtimeFile("passet-hub-1019002");

describe.skipIf(file === undefined)("metadata of passet-hub 1019002 (skipped without PDIEM_RUNTIMES)", () => {
  const loopback = createLoopback();
  let chains: SubstrateChains;
  let parachain: SubstrateRpc;
  let keeper: MetadataKeeper;
  let liarAsked = 0;

  /** Passes everything on but the metadata, of which it gives a byte less. */
  const liar = (url: string): Promise<string> =>
    loopback.serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      const text = await answer.text();
      const isMetadata = body.includes("Metadata_metadata_at_version");
      if (isMetadata) liarAsked += 1;
      response.end(isMetadata ? text.replace(/[0-9a-f]{2}"/, '"') : text);
    });

  beforeAll(async () => {
    chains = await startSubstrate({
      assetHub: { runtime: await loadRuntime(file ?? "") },
      relay: { cadence: { busyInterval: 20, idleInterval: 100 } },
    });
    await chains.assetHub.produceBlock();
    await eventually(() => (chains.assetHub.finalized().header.number > 0 ? true : undefined));
    parachain = createSubstrateRpc(createEndpoints([await liar(chains.assetHub.url), chains.assetHub.url]), BOUNDS);
    keeper = keepMetadata({ ...sources(), parachain });
  });

  const sources = () => {
    const { setId, authorities, finalized } = chains.relay.trustRoot();
    return {
      config: { parachain: { ...exampleConfig.parachain, paraId: chains.assetHub.paraId } },
      relay: createSubstrateRpc(createEndpoints([chains.relay.url]), BOUNDS),
      relayState: () => ({ setId, authorities, finalized }),
    };
  };

  afterAll(async () => {
    loopback.close();
    await chains.close();
  });

  it("gives the proof that the enclave takes, made once, past a node whose metadata proves nothing", async () => {
    const [first, second] = await Promise.all([keeper.proofFor(SPEC_VERSION), keeper.proofFor(SPEC_VERSION)]);
    const { metadataHash, calls } = provenFormat(first, PASSET_HUB, "Assets");
    expect(metadataHash).toEqual(PASSET_HUB_DIGEST);
    expect(Object.keys(calls).toSorted()).toEqual([...CALL_NAMES].sort());
    expect(second).toBe(first);
    expect(liarAsked).toBe(1);
  });

  it.each<[string, Fault]>([
    ["refuses", { type: "error", code: -32000, message: "Client error: Execution failed" }],
    ["has none", { type: "result", result: "0x00" }],
    ["gives what isn't SCALE", { type: "result", result: "0x01ff" }],
    ["gives garbage", { type: "result", result: "0x01186d6574610f" }],
    ["gives no hex", { type: "result", result: 7 }],
    ["closes", { type: "close" }],
  ])("gives the proof past a node that %s, and tells of it", async (_, fault) => {
    const faulty = await startFaultyNode(chains.assetHub.url);
    faulty.behave = ({ method, params }) =>
      method === "state_call" && params[0] === "Metadata_metadata_at_version" ? fault : undefined;
    const two = createSubstrateRpc(createEndpoints([faulty.url, chains.assetHub.url]), BOUNDS);
    try {
      const proof = await keepMetadata({ ...sources(), parachain: two }).proofFor(SPEC_VERSION);
      expect(provenFormat(proof, PASSET_HUB, "Assets").metadataHash).toEqual(PASSET_HUB_DIGEST);
      expect(nodeFaults("parachain", "reads", two.endpoints.standings())).toHaveLength(1);
    } finally {
      await faulty.close();
    }
  });

  it("gives none of a runtime that isn't in force", async () => {
    expect(await outcomeOf(keeper.proofFor(SPEC_VERSION + 1))).toBe("rpc/metadata");
  });
});
