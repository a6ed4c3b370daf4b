/** PROTOCOL 7: a standby that has long been without news is brought to them, and given the key. */
import { nonceListHash } from "@pdiem/bridge/checkpoint/checkpoint";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { authoritySetHash } from "@pdiem/bridge/facts/set-hash";
import { ISSUER } from "@pdiem/bridge/testing/config";
import { QUORUM_SEEDS } from "@pdiem/bridge/testing/guardians";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { routes } from "@pdiem/enclave/routes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { proveHead } from "@pdiem/relayer/chains/parachain/proven-state";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { syncRelay } from "@pdiem/relayer/sync/enclave/enclave-sync";
import { keepLightClients } from "@pdiem/relayer/sync/light-clients/light-client-keeper";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sized } from "../e2e/support/soak.js";
import { checkpointOn, stepOf, vouchFor } from "../enclave/checkpoint-requests.js";
import {
  type Actor,
  createStage,
  governedBy,
  handoverConfig,
  hashOf,
  introduce,
  NOW,
  refused,
  type Stage,
  startGiver,
  worldOf,
} from "../enclave/handover-actors.js";
import { FIRST_LINE, prove } from "../enclave/proofs.js";
import { createLongChain } from "./long-chain.js";
import { type LongChainNode, startLongChainNode } from "./long-chain-node.js";
import { POLKADOT } from "./served.js";

const SETS = sized({ quick: 20, full: 100 });
const AUTHORITIES = sized({ quick: 60, full: POLKADOT.authorities });
const BOUNDS = { timeoutMs: 60_000, maxResponseBytes: 16_000_000 };
const { paraId } = handoverConfig.parachain;

const options = { sets: SETS, authorities: AUTHORITIES, blocks: POLKADOT.blocks, paraId, time: Number(NOW) };
const root = createLongChain(options).root;
/** The bridge began before all those sets. */
const config = { ...handoverConfig, relay: root, rootsTime: NOW - 150n * 24n * 3_600_000n };

let stage: Stage;
let node: LongChainNode | undefined;
beforeEach(() => {
  stage = createStage(config);
});
afterEach(async () => {
  node?.close();
  await stage.clear();
});

/** What the relayer asks of an enclave, as large as its door takes at most. */
const doorOf = (actor: Actor): Pick<EnclaveClient, "advance"> => ({
  advance: (request) => {
    const { request: codec, maxRequest } = routes.advance;
    if (encode(codec, request).length > maxRequest) throw new Error("expected a request that fits the door");
    return actor.ask("advance", request);
  },
});

const lightClientsOf = async (actor: Actor) => {
  const { role } = await actor.ask("status", undefined);
  if (role.type === "empty") throw new Error("expected an enclave with a role");
  return role.value.lightClients;
};

it(`a standby ${SETS} sets of ${AUTHORITIES} authorities behind follows them, and is then given the key`, async () => {
  const giver = await startGiver(stage, config);
  const receiver = await stage.start();
  const transcript = await introduce(giver, receiver, config);
  const hash = hashOf(config, transcript);
  const governed = governedBy(config, { handovers: [hash] });
  const world = worldOf(config, governed);
  const chain = createLongChain({ ...options, paraState: withChanges(undefined, world.parachain.entries()) });
  node = await startLongChainNode(chain);

  const relay = createSubstrateRpc(createEndpoints([node.url]), BOUNDS);
  const lightClients = keepLightClients(initialLightClientState(config));
  const head = await proveHead(relay, root, paraId);
  lightClients.offer({ relay: head.state });
  const { diem, parachain } = prove(world, 5);
  const proofs: ProofBundle = {
    diem,
    parachain: { ...parachain, finality: [head.step], headProof: head.headProof },
  };
  const { nonce } = await giver.ask("handoverNonce", { transcript: hash });
  const checkpoint = checkpointOn(FIRST_LINE, NOW, {
    relay: { setId: chain.setId, hash: authoritySetHash(head.state) },
    nonces: nonceListHash([nonce]),
  });
  const vouched = { checkpoints: [stepOf(vouchFor(checkpoint, QUORUM_SEEDS, bridgeId(config)))], proofs, governed };
  for (const actor of [giver, receiver]) {
    expect((await lightClientsOf(actor)).relay.setId).toBe(root.setId);
    await expect(actor.ask("checkpoint", vouched)).rejects.toThrow(refused("proof/quorum"));
    await syncRelay({ relay, enclave: doorOf(actor), lightClients }, await lightClientsOf(actor));
    expect((await lightClientsOf(actor)).relay.setId).toBe(chain.setId);
    await actor.ask("checkpoint", vouched);
  }
  const { box } = await giver.ask("handoverRelease", {
    transcript,
    governed,
    proofs,
    nonces: [nonce],
    collateral: receiver.collateral,
  });
  const accepted = await receiver.ask("handoverAccept", {
    transcript,
    governed,
    proofs,
    collateral: giver.collateral,
    box,
  });
  expect(accepted.custodyKey).toEqual(ISSUER);
});
