import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode, u64 } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type GrandpaState, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { verifyParaHead } from "@pdiem/light-client/polkadot/trie/para-head";
import { parasHeads, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { openProof } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { assetHubGenesis } from "../asset-hub/asset-hub.js";
import { call, eventually, rpcError } from "../testing/rpc.js";
import { type Relay, startRelay } from "./relay.js";

const PARA_ID = 1000;
const genesis = assetHubGenesis().block.header;
const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

let relay: Relay;

beforeEach(async () => {
  const parachainGenesis = encode(header, genesis);
  relay = await startRelay({ paraId: PARA_ID, parachainGenesis, automatic: false, retainedStates: 8 });
});
afterEach(() => relay.close());

const produce = (count: number): void => {
  for (let i = 0; i < count; i++) relay.produceBlock();
};

/** Moves a light client on by what the node proves of a block. */
const prove = async (state: GrandpaState, number: number) => {
  const proof = await call(relay.url, "grandpa_proveFinality", [number]);
  if (typeof proof !== "string") throw new Error(`expected block ${number} to be finalized`);
  const { block, unknownHeaders } = decode(finalityProof, fromHex(proof));
  const target = unknownHeaders.length > 0 ? {} : { header: encode(header, await headerOf(block)) };
  return verifyFinality(state, { finalityProof: fromHex(proof), ...target });
};

const headerOf = async (hash: Uint8Array) => {
  const { finalized } = relay.trustRoot();
  if (toHex(finalized.hash) !== toHex(hash)) throw new Error("expected the finalized block");
  return decode(header, finalized.header);
};

const proofAt = async (hash: Uint8Array, key: Uint8Array): Promise<readonly Uint8Array[]> => {
  const answer = await call(relay.url, "state_getReadProof", [[hex(key)], hex(hash)]);
  return (answer as { readonly proof: readonly string[] }).proof.map((node) => fromHex(node));
};

describe("a local relay chain", () => {
  it("proves finality and its parachain's head to a light client", async () => {
    const root = relay.trustRoot();
    const head = { ...genesis, number: 1, parentHash: new Uint8Array(32).fill(3) };
    relay.includeParachainHead(encode(header, head));
    produce(2);
    const { state, verified } = await prove(root, 1);
    expect(state.finalized.number).toBe(1);
    const nodes = await proofAt(verified.hash, parasHeads(PARA_ID));
    expect(nodes.length).toBeGreaterThan(3);
    expect(verifyParaHead(verified, PARA_ID, nodes).header).toEqual(head);
    const time = openProof(verified.header.stateRoot, await proofAt(verified.hash, timestampNow))(timestampNow);
    expect(Math.abs(Number(decode(u64, time ?? new Uint8Array())) - Date.now())).toBeLessThan(60_000);
  });

  it("has the old set finalize the block that announces a new one, and the new set the next", async () => {
    const root = relay.trustRoot();
    produce(3);
    const response = await fetch(`${relay.url}/-/devnet/authority-set`, { method: "POST", body: '{"count":7}' });
    expect(await response.json()).toEqual({ setId: 1 });
    produce(4);
    // From the first set, by way of its last block: a node answers for that set with its end.
    const atEnd = await prove(root, 1);
    expect(atEnd.state).toMatchObject({ setId: 1n, finalized: { number: 4 } });
    expect(atEnd.state.authorities).toHaveLength(7);
    const now = await prove(atEnd.state, 5);
    expect(now.state).toMatchObject({ setId: 1n, finalized: { number: 6 } });
    const { setId, authorities, finalized } = relay.trustRoot();
    expect(now.state).toMatchObject({ setId, authorities, finalized: { number: finalized.number } });
    await expect(prove(root, 5)).rejects.toMatchObject({ code: expect.stringMatching(/^proof\//) });
  });

  it("has votes for descendants now and then, which count", async () => {
    let state: GrandpaState = relay.trustRoot();
    const ancestries: number[] = [];
    relay.onFinalized(({ justification: encoded }) =>
      ancestries.push(decode(justification, encoded).votesAncestries.length),
    );
    for (let number = 1; number <= 7; number++) {
      produce(number === 1 ? 2 : 1);
      state = (await prove(state, number)).state;
    }
    expect(ancestries).toEqual([0, 0, 1, 0, 0, 1, 0]);
    expect(state.finalized.number).toBe(7);
  });

  it("proves nothing that isn't finalized, and refuses what it doesn't know", async () => {
    produce(2);
    expect(await call(relay.url, "grandpa_proveFinality", [2])).toBeNull();
    const unknown = hex(new Uint8Array(32).fill(9));
    for (const [method, params] of [
      ["chain_getHeader", [unknown]],
      ["state_getStorage", [hex(timestampNow), unknown]],
      ["state_getReadProof", [[hex(timestampNow)], unknown]],
    ] as const)
      expect(await rpcError(relay.url, method, params)).toMatchObject({ code: -32000 });
    const first = await call(relay.url, "chain_getBlockHash", [1]);
    expect(await call(relay.url, "state_getStorage", [hex(timestampNow), first])).toMatch(/^0x[0-9a-f]{16}$/);
    produce(8);
    expect(await rpcError(relay.url, "state_getStorage", [hex(timestampNow), first])).toMatchObject({
      message: expect.stringContaining("State already discarded"),
    });
    expect(await call(relay.url, "chain_getHeader", [first])).toMatchObject({ number: "0x1" });
  });

  it("refuses an authority set of no size", async () => {
    for (const count of ["0", "-1", "1.5", '"4"', "100000"]) {
      const body = `{"count":${count}}`;
      const response = await fetch(`${relay.url}/-/devnet/authority-set`, { method: "POST", body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "decode/authority-count" });
    }
  });

  it("notifies subscribers of heads and justifications", async () => {
    const socket = new WebSocket(relay.wsUrl);
    const seen: string[] = [];
    socket.on("message", (data) => {
      const { method } = JSON.parse(data.toString()) as { readonly method?: string };
      if (method !== undefined) seen.push(method);
    });
    await new Promise((resolve) => socket.once("open", resolve));
    const methods = ["chain_subscribeNewHeads", "chain_subscribeFinalizedHeads", "grandpa_subscribeJustifications"];
    for (const [id, method] of methods.entries())
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params: [] }));
    await eventually(() => seen.length === 2 || undefined);
    produce(2);
    await eventually(() => seen.length === 6 || undefined);
    expect(seen.slice(2)).toEqual(["chain_newHead", "chain_newHead", "chain_finalizedHead", "grandpa_justifications"]);
    socket.close();
  });
});
