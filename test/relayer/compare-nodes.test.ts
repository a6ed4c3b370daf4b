import { exampleConfig } from "@pdiem/bridge/testing/config";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { type Relay, startRelay } from "@pdiem/devnet/relay/relay";
import { trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveLedger } from "@pdiem/relayer/chains/diem/proven-ledger";
import { proveHead } from "@pdiem/relayer/chains/parachain/proven-state";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { compareFinality } from "@pdiem/relayer/sync/misbehaviour/compare-finality";
import { compareLedgers } from "@pdiem/relayer/sync/misbehaviour/compare-ledgers";
import { createWitness } from "@pdiem/relayer/sync/misbehaviour/witness";
import { afterEach, describe, expect, it } from "vitest";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 8_000_000 };
const NOWHERE = "http://127.0.0.1:1";
const PARA_ID = 1000;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/**
 * Networks that begin alike and have the same validators: what one vouches for, another may
 * contradict.
 */
const diemOf = async (blocks: number): Promise<RunningDiem> => {
  const diem = await startDiem({ blockInterval: "manual" });
  closing.push(diem.close);
  for (let block = 0; block < blocks; block++) diem.chain.produceBlock();
  return diem;
};

const relayOf = async (blocks: number): Promise<Relay> => {
  const relay = await startRelay({ paraId: PARA_ID, parachainGenesis: new Uint8Array(100), automatic: false });
  closing.push(relay.close);
  for (let block = 0; block < blocks; block++) relay.produceBlock();
  return relay;
};

/** A relayer that follows the first of the nodes. */
const followDiem = async (...nodes: readonly (RunningDiem | string)[]) => {
  const [first] = nodes;
  if (first === undefined || typeof first === "string") throw new Error("expected a node to follow");
  const waypoint = first.chain.waypoint;
  const witness = createWitness(exampleConfig);
  const urls = nodes.map((node) => (typeof node === "string" ? node : node.url));
  const client = createDiemClient(createEndpoints(urls), BOUNDS, witness.ledger.observe);
  const trusted = { state: trustedStateOf(waypoint), chainId: first.chainId };
  await client.run((node) => proveLedger(node, trusted, []));
  return {
    compare: () => compareLedgers(client, witness.ledger, waypoint.version),
    evidence: () => witness.findings.takeEvidence().map(({ misbehaviour }) => misbehaviour),
  };
};

/** Blocks that don't count as far apart. */
const NEAR = 10;

const followRelay = async (...nodes: readonly (Relay | string)[]) => {
  const [first] = nodes;
  if (first === undefined || typeof first === "string") throw new Error("expected a node to follow");
  const { setId, authorities, finalized } = first.trustRoot();
  const relay = { setId, authorities, finalized };
  const witness = createWitness({ ...exampleConfig, relay });
  const urls = nodes.map((node) => (typeof node === "string" ? node : node.url));
  const client = createSubstrateRpc(createEndpoints(urls), BOUNDS, witness.finality.observe);
  first.produceBlock();
  first.produceBlock();
  // No parachain runs here: the relay chain's head is proven all the same, before its parachain's
  // is looked for.
  await proveHead(client, relay, PARA_ID).catch(() => undefined);
  return {
    compare: () => compareFinality(client, witness.finality, NEAR),
    evidence: () => witness.findings.takeEvidence().map(({ misbehaviour }) => misbehaviour),
  };
};

describe("comparing Diem nodes", () => {
  it.each([
    ["behind", 5, 2],
    ["level", 4, 4],
    ["ahead", 2, 5],
  ])("finds a history of its own on a node that is %s, within two rounds", async (_, ours, theirs) => {
    const { compare, evidence } = await followDiem(await diemOf(ours), await diemOf(theirs));
    await compare();
    await compare();
    const [found, ...more] = evidence();
    expect(found?.type).toBe("diem");
    expect(more).toEqual([]);
  });

  it.each([
    ["before", 3, true],
    ["after", 12, false],
  ])(
    "finds it in an epoch that the fork hasn't ended, at a version %s the one that ended it",
    async (_, theirs, needsHistory) => {
      const ours = await diemOf(6);
      ours.association.nextEpoch();
      for (let block = 0; block < 3; block++) ours.chain.produceBlock();
      const { compare, evidence } = await followDiem(ours, await diemOf(theirs));
      await compare();
      await compare();
      const found = evidence();
      expect(found).toMatchObject([{ value: { first: { ledgerInfo: { commitInfo: { epoch: 1n } } } } }]);
      expect(found.map(({ type, value }) => type === "diem" && value.history !== undefined)).toEqual([needsHistory]);
    },
  );

  it("finds it on a node that hasn't come as far as nodes are asked from", async () => {
    const ours = await diemOf(3);
    for (let epoch = 0; epoch < 4; epoch++) {
      ours.association.nextEpoch();
      for (let block = 0; block < 8; block++) ours.chain.produceBlock();
    }
    const { compare, evidence } = await followDiem(ours, await diemOf(9));
    await compare();
    expect(evidence()).toMatchObject([{ value: { first: { ledgerInfo: { commitInfo: { epoch: 1n } } } } }]);
  });

  it("finds nothing where all have one history, though some lag behind, and tells who couldn't be asked", async () => {
    const diem = await diemOf(3);
    const { compare, evidence } = await followDiem(diem, diem, NOWHERE);
    for (let round = 0; round < 3; round++) {
      diem.chain.produceBlock();
      if (round === 1) diem.association.nextEpoch();
      expect([...(await compare()).keys()]).toEqual([NOWHERE]);
    }
    expect(evidence()).toEqual([]);
  });
});

describe("comparing relay chain nodes", () => {
  it.each([
    ["behind", 8, 3],
    ["ahead", 3, 12],
    ["far ahead", 3, 30],
  ])("finds a fork that is final on a node that is %s, within two rounds", async (_, ours, theirs) => {
    const { compare, evidence } = await followRelay(await relayOf(ours), await relayOf(theirs));
    await compare();
    await compare();
    const [found, ...more] = evidence();
    expect(found?.type).toBe("relay");
    expect(more).toEqual([]);
  });

  it("finds nothing where all have one chain, across a change of authorities, and tells who couldn't be asked", async () => {
    const relay = await relayOf(3);
    const { compare, evidence } = await followRelay(relay, relay, NOWHERE);
    for (let round = 0; round < 4; round++) {
      if (round === 1) relay.changeAuthorities();
      relay.produceBlock();
      expect([...(await compare()).keys()]).toEqual([NOWHERE]);
    }
    expect(evidence()).toEqual([]);
  });
});
