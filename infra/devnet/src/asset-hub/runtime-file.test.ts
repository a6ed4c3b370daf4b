import { fileURLToPath } from "node:url";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { readAll } from "@pdiem/light-client/codec/reader";
import { bytes, compactU32, decode, u32, u64 } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { headerHash } from "@pdiem/light-client/polkadot/finality/header";
import {
  asset,
  assetAccount,
  lastRuntimeUpgrade,
  storagePrefix,
  systemAccount,
  timestampNow,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import { openProof } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parachainJson } from "../local-bridge/parachain-json.js";
import { type SubstrateChains, startSubstrate } from "../substrate-chains.js";
import { call, eventually } from "../testing/rpc.js";
import { NO_RUNTIMES, runtimeFiles } from "../testing/runtime-files.js";
import { rootHash } from "../trie/encode.js";
import { type Trie, valueAt, withChanges } from "../trie/trie.js";
import { startAssetHub } from "./asset-hub.js";
import type { NewBlock } from "./chain.js";
import { devAccount } from "./dev-accounts.js";
import type { HubRuntime } from "./hub-runtime.js";
import { connectOperator, type Operator } from "./operator.js";
import { timeOf } from "./producer.js";
import { loadRuntime } from "./runtime-file.js";

const SUFFICIENT = 1984;
const OWN = 7;
const UNIT = 10n ** 12n;
const alice = devAccount("//Alice").publicKey;
const freezer = devAccount("//Freezer").publicKey;
const stranger = new Uint8Array(32).fill(0x55);

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** Number of the relay block that the block of a state was built on. */
const relayNumberIn = (state: Trie): number =>
  readAll(
    valueAt(state, storagePrefix("ParachainSystem", "ValidationData")) ?? new Uint8Array(),
    (reader) => [bytes.read(reader), u32.read(reader), reader.bytes(36)] as const,
  )[1];

/** Has its metadata's hash built in; no other that is known has. */
const PROVEN = "passet-hub-1019002";

/** What is known of some. */
const KNOWN: Readonly<Record<string, Partial<HubRuntime>>> = {
  "passet-hub-1019002": { stateVersion: 1, splitsMessages: true, claimsEverySlot: true, slotDuration: 6_000 },
  "asset-hub-paseo-1003000": { stateVersion: 0, splitsMessages: false, claimsEverySlot: false, slotDuration: 12_000 },
};
const files = runtimeFiles();

if (files.length === 0) test.skip(`an Asset Hub that runs another runtime ${NO_RUNTIMES}`);

describe.each(files)("an Asset Hub that runs $name", ({ name, path, specVersion }) => {
  let runtime: HubRuntime;
  let chains: SubstrateChains;
  let operator: Operator;
  const blocks: NewBlock[] = [];

  /** A value at the head as a light client reads it. */
  const proven = async (key: Uint8Array): Promise<Uint8Array | undefined> => {
    const { header, hash } = chains.assetHub.head();
    const answer = await call(chains.assetHub.url, "state_getReadProof", [[hex(key)], hex(hash)]);
    const proof = (answer as { readonly proof: readonly string[] }).proof.map((node) => fromHex(node));
    return openProof(header.stateRoot, proof)(key);
  };

  beforeAll(async () => {
    runtime = await loadRuntime(path);
    chains = await startSubstrate({
      assetHub: {
        runtime,
        endowed: [alice, freezer].map((account) => ({ account, free: 10_000n * UNIT })),
        sufficientAssets: [{ id: SUFFICIENT, owner: alice, minBalance: 10n }],
        cadence: { busyInterval: 50, maxDrift: 200_000 },
      },
      relay: { cadence: { busyInterval: 50 } },
    });
    chains.assetHub.onBlock((block) => void blocks.push(block));
    operator = await connectOperator({ url: chains.assetHub.wsUrl });
  });
  afterAll(async () => {
    await operator.close();
    await chains.close();
  });

  test("is what the file says", () => {
    expect(runtime).toMatchObject({ ...KNOWN[name], specVersion });
    expect(chains.assetHub.runtime.name).toMatch(new RegExp(` ${specVersion}$`));
  });

  test("needs a profile exactly where it compares no metadata hashes", async () => {
    const { profile, specVersion: configured } = await parachainJson(chains.assetHub);
    expect([configured, profile === undefined]).toEqual([specVersion, name === PROVEN]);
  });

  test("proves its spec version, time and accounts", async () => {
    await eventually(() => (chains.assetHub.head().header.number > 0 ? true : undefined));
    const upgrade = (await proven(lastRuntimeUpgrade)) ?? new Uint8Array();
    expect(decode(compactU32, upgrade.subarray(0, 4))).toBe(specVersion);
    const time = Number(decode(u64, (await proven(timestampNow)) ?? new Uint8Array()));
    expect(Math.abs(time - Date.now())).toBeLessThan(300_000);
    expect((await proven(systemAccount(alice)))?.length).toBe(80);
    expect(await proven(asset("Assets", 12_345))).toBeUndefined();
  });

  test("moves tokens and assets by signed extrinsics, sufficient ones to whoever has nothing else", async () => {
    await operator.fundAccount(freezer, UNIT);
    await operator.createAsset({ id: OWN, owner: alice, issuer: alice, admin: alice, freezer, minBalance: 1n });
    await operator.handOver({ id: SUFFICIENT, owner: alice, issuer: alice, admin: alice, freezer });
    await operator.mint(SUFFICIENT, stranger, 10n);
    expect((await proven(assetAccount("Assets", SUFFICIENT, stranger)))?.[0]).toBe(10);
    await operator.mint(OWN, alice, 9n);
    await operator.burn(OWN, alice, 4n);
    expect((await proven(assetAccount("Assets", OWN, alice)))?.[0]).toBe(5);
    await expect(operator.burn(OWN, stranger, 1n)).rejects.toMatchObject({ code: "operator/failed" });
  });

  test("links its headers, and its changes lead to every state root", () => {
    const [first, ...rest] = blocks;
    if (first === undefined) throw new Error("expected blocks");
    let { state, block: parent }: { state: Trie; block: NewBlock["block"] } = first;
    for (const { block, changes } of rest) {
      state = withChanges(state, changes);
      expect(rootHash(state, runtime.stateVersion)).toEqual(block.header.stateRoot);
      expect(block.header.parentHash).toEqual(parent.hash);
      expect(headerHash(block.header)).toEqual(block.hash);
      parent = block;
    }
  });

  test("is finalized by the relay chain", async () => {
    const { number } = chains.assetHub.head().header;
    await eventually(() => (chains.assetHub.finalized().header.number >= number ? true : undefined));
    const shown = chains.relay.parachainHead(chains.relay.finalized());
    expect(blocks.map(({ block }) => toHex(block.hash))).toContain(toHex(blake2b256(shown)));
  });

  test("makes as many blocks a slot as it takes, on one relay parent", async () => {
    if (KNOWN[name]?.slotDuration !== 6_000) return;
    const quick = await loadRuntime(path, { blockPeriod: 3_000 });
    expect(quick).toMatchObject({ blockPeriod: 3_000, claimsEverySlot: true });
    const hub = await startAssetHub({ runtime: quick, automatic: false, cadence: { maxDrift: 0, maxLead: 3_600_000 } });
    const seen: (readonly [time: number, relayNumber: number])[] = [];
    hub.onBlock(({ state }) => void seen.push([timeOf(state), relayNumberIn(state)]));
    for (let i = 0; i < 4; i++) await hub.produceBlock();
    await hub.close();
    expect(seen.map(([time, relay]) => relay - Math.floor(time / 6_000))).toEqual([0, 0, 0, 0]);
    expect(new Set(seen.map(([, relay]) => relay)).size).toBeLessThan(4);
    await expect(loadRuntime(path, { blockPeriod: 2_000 })).rejects.toMatchObject({ code: "decode/runtime-genesis" });
  });

  test("tells what an extrinsic weighs and costs", async () => {
    const extrinsic = blocks.flatMap(({ block }) => block.extrinsics.slice(2)).at(-1) ?? new Uint8Array();
    const info = await call(chains.assetHub.url, "payment_queryInfo", [hex(extrinsic)]);
    expect(info).toMatchObject({ class: "normal", partialFee: expect.stringMatching(/^[1-9]\d*$/) });
  });
});

test("bytes that are no runtime are refused", async () => {
  await expect(loadRuntime(fileURLToPath(import.meta.url))).rejects.toMatchObject({ code: "runtime/trap" });
});
