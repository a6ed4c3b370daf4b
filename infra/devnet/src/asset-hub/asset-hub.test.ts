import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, u64 } from "@pdiem/light-client/codec/scale";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { approveTransfer, batchAll, cancelApproval, mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { headerHash } from "@pdiem/light-client/polkadot/finality/header";
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
  timestampNow,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import { openProof } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, eventually, rpcError } from "../testing/rpc.js";
import { rootHash } from "../trie/encode.js";
import { type Trie, withChanges } from "../trie/trie.js";
import { type AssetHub, assetHubGenesis, startAssetHub } from "./asset-hub.js";
import { devAccount } from "./dev-accounts.js";
import { connectApi, connectOperator, type Operator } from "./operator.js";

const UNIT = 10n ** 12n;
const alice = devAccount("//Alice").publicKey;
const freezer = devAccount("//Freezer").publicKey;
const holder = devAccount("//Holder").publicKey;
const issuerSeed = new Uint8Array(32).fill(7);
const issuer = publicKeyOf(issuerSeed);
const endowed = [alice, freezer].map((account) => ({ account, free: 10_000n * UNIT }));
const ASSET = 7;
const SUFFICIENT = 8;

let hub: AssetHub;
let operator: Operator;

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** A value at the head as a light client reads it. */
const proven = async (key: Uint8Array): Promise<Uint8Array | undefined> => {
  const { header, hash } = hub.head();
  const answer = await call(hub.url, "state_getReadProof", [[hex(key)], hex(hash)]);
  const { proof } = answer as { readonly proof: readonly string[] };
  return openProof(
    header.stateRoot,
    proof.map((node) => fromHex(node)),
  )(key);
};

/** A compare-and-swap of the issuer's, as the bridge signs it: birth at the head. */
const compareAndSwap = (from: Uint8Array, to: Uint8Array, nonce: number): Uint8Array => {
  const { header, hash } = hub.head();
  const calls = [cancelApproval(ASSET, from), mint(ASSET, holder, 100n), approveTransfer(ASSET, to, 1n)];
  const content = { call: batchAll(calls), nonce, birth: { number: header.number, hash } };
  return buildExtrinsic(
    pinnedFormat(STATEMINE_900),
    { ...content, genesisHash: hub.genesisHash, specVersion: 900, transactionVersion: 6, mortalPeriod: 64 },
    issuerSeed,
  );
};

const nextBlock = (): Promise<number> => {
  const { number } = hub.head().header;
  return eventually(() => (hub.head().header.number > number ? number + 1 : undefined));
};

/** Submits an extrinsic and waits until it is in a block. */
const include = async (extrinsic: Uint8Array): Promise<void> => {
  await call(hub.url, "author_submitExtrinsic", [hex(extrinsic)]);
  await eventually(() => hub.head().extrinsics.some((other) => toHex(other) === toHex(extrinsic)) || undefined);
};

beforeAll(async () => {
  const sufficientAssets = [{ id: SUFFICIENT, owner: alice, minBalance: 10n }];
  hub = await startAssetHub({ endowed, sufficientAssets, cadence: { busyInterval: 50, maxDrift: 200_000 } });
  operator = await connectOperator({ url: hub.wsUrl });
});

afterAll(async () => {
  await operator.close();
  await hub.close();
});

describe("a local Asset Hub", () => {
  it("links its headers, and replays its changes to every state root", async () => {
    const genesis = assetHubGenesis({ endowed });
    const other = await startAssetHub({ genesis, automatic: false });
    let state: Trie = genesis.runtime.state;
    let parent = genesis.block;
    other.onBlock(({ block, changes }) => {
      state = withChanges(state, changes);
      expect(rootHash(state, 0)).toEqual(block.header.stateRoot);
      expect(block.header.parentHash).toEqual(parent.hash);
      expect(headerHash(block.header)).toEqual(block.hash);
      parent = block;
    });
    for (let i = 0; i < 4; i++) await other.produceBlock();
    expect(parent.header.number).toBe(4);
    await other.close();
  });

  it("tells time near the clock, 6 s a block at least", async () => {
    await nextBlock();
    const before = Number(decode(u64, (await proven(timestampNow)) ?? new Uint8Array()));
    await operator.fundAccount(holder, UNIT);
    const after = Number(decode(u64, (await proven(timestampNow)) ?? new Uint8Array()));
    expect(after - before).toBeGreaterThanOrEqual(6_000);
    expect(Math.abs(after - Date.now())).toBeLessThan(300_000);
  });

  it("proves what is there and what isn't", async () => {
    expect(toHex((await proven(lastRuntimeUpgrade)) ?? new Uint8Array())).toBe("110e2473746174656d696e65");
    expect((await proven(systemAccount(alice)))?.length).toBe(80);
    expect(await proven(asset("Assets", 12345))).toBeUndefined();
  });

  it("lets a key made later own, issue and administer an asset, and swap its anchors once each", async () => {
    await operator.fundAccount(issuer, 100n * UNIT);
    await operator.createAsset({ id: ASSET, owner: issuer, issuer, admin: issuer, freezer, minBalance: 1n });
    const details = (await proven(asset("Assets", ASSET))) ?? new Uint8Array();
    expect(toHex(details.subarray(0, 128))).toBe([issuer, issuer, issuer, freezer].map(toHex).join(""));

    const [first, second, third] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
    if (first === undefined || second === undefined || third === undefined) throw new Error("expected three anchors");
    const { header, hash } = hub.head();
    const opening = { call: approveTransfer(ASSET, first, 1n), nonce: 0, birth: { number: header.number, hash } };
    const { genesisHash } = hub;
    await include(
      buildExtrinsic(
        pinnedFormat(STATEMINE_900),
        { ...opening, genesisHash, specVersion: 900, transactionVersion: 6, mortalPeriod: 64 },
        issuerSeed,
      ),
    );
    expect(await proven(assetApproval("Assets", ASSET, issuer, first))).toBeDefined();

    await include(compareAndSwap(first, second, 1));
    expect(await proven(assetApproval("Assets", ASSET, issuer, first))).toBeUndefined();
    expect(await proven(assetApproval("Assets", ASSET, issuer, second))).toBeDefined();

    await include(compareAndSwap(first, third, 2));
    expect(await proven(assetApproval("Assets", ASSET, issuer, third))).toBeUndefined();
    expect((await proven(assetAccount("Assets", ASSET, holder)))?.[0]).toBe(100);
  });

  it("refuses a used nonce and a foreign signature with the runtime's reasons", async () => {
    const stale = compareAndSwap(issuer, holder, 0);
    expect(await rpcError(hub.url, "author_submitExtrinsic", [hex(stale)])).toEqual({
      code: 1010,
      message: "Invalid Transaction",
      data: "Transaction is outdated",
    });
    const forged = compareAndSwap(issuer, holder, 3);
    forged[50] = (forged[50] ?? 0) ^ 1;
    expect(await rpcError(hub.url, "author_submitExtrinsic", [hex(forged)])).toMatchObject({
      data: "Transaction has a bad signature",
    });
  });

  it("hands over sufficient assets, whose holders need no native tokens", async () => {
    await operator.handOver({ id: SUFFICIENT, owner: alice, issuer: alice, admin: alice, freezer: alice });
    const stranger = new Uint8Array(32).fill(0x55);
    await operator.mint(SUFFICIENT, stranger, 10n);
    expect((await proven(assetAccount("Assets", SUFFICIENT, stranger)))?.[0]).toBe(10);
    await operator.freezeAsset(SUFFICIENT);
    await expect(operator.transfer(SUFFICIENT, holder, 1n)).rejects.toMatchObject({ code: "operator/failed" });
    await operator.thawAsset(SUFFICIENT);
  });

  it("serves @polkadot/api: metadata, queries, fees, nonces, subscriptions and finality", async () => {
    const api = await connectApi(hub.wsUrl);
    expect(api.runtimeVersion.specVersion.toNumber()).toBe(900);
    const heads: number[] = [];
    const stop = await api.rpc.chain.subscribeFinalizedHeads((head) => void heads.push(head.number.toNumber()));
    const balances: string[] = [];
    await api.query.system?.account?.(holder, (info: { toHex: () => string }) => void balances.push(info.toHex()));
    const transfer = api.tx.balances?.transfer?.({ Id: holder }, UNIT);
    if (transfer === undefined) throw new Error("expected the runtime to have balances.transfer");
    const fee = await transfer.paymentInfo(devAccount("//Alice"));
    expect(fee.partialFee.toBigInt()).toBeGreaterThan(0n);
    const statuses: string[] = [];
    await new Promise<void>((resolve, reject) => {
      transfer
        .signAndSend(devAccount("//Alice"), { nonce: -1 }, ({ status }) => {
          statuses.push(status.type);
          if (status.isFinalized) resolve();
        })
        .catch(reject);
    });
    expect(statuses.at(-1)).toBe("Finalized");
    await eventually(() => (balances.length > 1 && heads.length > 1) || undefined);
    expect(heads).toEqual(heads.map((_, i) => (heads[0] ?? 0) + i));
    stop();
    await api.disconnect();
  });

  it("refuses hashes it doesn't know, and states it no longer has", async () => {
    const unknown = hex(new Uint8Array(32).fill(9));
    for (const [method, params] of [
      ["chain_getHeader", [unknown]],
      ["chain_getBlock", [unknown]],
      ["state_getStorage", [hex(timestampNow), unknown]],
      ["state_getReadProof", [[hex(timestampNow)], unknown]],
      ["state_call", ["Core_version", "0x", unknown]],
    ] as const)
      expect(await rpcError(hub.url, method, params)).toMatchObject({
        code: -32000,
        message: expect.stringContaining("UnknownBlock"),
      });
    expect(await rpcError(hub.url, "state_nothing")).toMatchObject({ code: -32601 });
  });

  it("keeps every block but only its latest states", async () => {
    const other = await startAssetHub({ endowed, automatic: false, retainedStates: 3 });
    for (let i = 0; i < 5; i++) await other.produceBlock();
    const second = await call(other.url, "chain_getBlockHash", [2]);
    const third = await call(other.url, "chain_getBlockHash", [3]);
    expect(await call(other.url, "chain_getBlock", [second])).toMatchObject({ block: { header: { number: "0x2" } } });
    expect(await rpcError(other.url, "state_getStorage", [hex(timestampNow), second])).toMatchObject({
      message: expect.stringContaining("State already discarded"),
    });
    expect(await call(other.url, "state_getStorage", [hex(timestampNow), third])).toMatch(/^0x[0-9a-f]{16}$/);
    await other.close();
  });
});
