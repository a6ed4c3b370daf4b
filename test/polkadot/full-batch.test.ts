/**
 * PROTOCOL 3, 'Economy'. A full batch is sized by the runtime's own weights. It takes 95 % of half
 * a block, and one block includes it whole. Tried on statemine 900, and on each runtime of the
 * folder that PDIEM_RUNTIMES names.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { type AssetHub, startAssetHub } from "@pdiem/devnet/asset-hub/asset-hub";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";
import { parachainJson } from "@pdiem/devnet/local-bridge/parachain-json";
import { call } from "@pdiem/devnet/testing/rpc";
import { NO_RUNTIMES, runtimeFiles } from "@pdiem/devnet/testing/runtime-files";
import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode as decodeBcs } from "@pdiem/light-client/codec/bcs";
import { decode, encode, struct, u32 } from "@pdiem/light-client/codec/scale";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { PdiemError } from "@pdiem/light-client/error";
import {
  approveTransfer,
  batchAll,
  type Call,
  cancelApproval,
  mint,
  remark,
} from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { pinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { assetAccount, storagePrefix } from "@pdiem/light-client/polkadot/trie/storage-key";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { runCli } from "@pdiem/relayer/cli/cli";
import { askTake, type BatchRoom, batchRoom, fullBatch } from "@pdiem/relayer/runtime/batch-room";
import { type BlockLimits, blockLimits } from "@pdiem/relayer/runtime/block-limits";
import { findMetadataHash } from "@pdiem/relayer/runtime/check/metadata-hash";
import { keepRoom } from "@pdiem/relayer/runtime/room-keeper";
import { readMetadata } from "@pdiem/relayer/runtime/runtime-metadata";
import { askRuntime, openSource, type ShownRuntime } from "@pdiem/relayer/runtime/runtime-source";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statemineCode } from "./altered-metadata.js";

const STATEMINE = { name: "statemine-900", path: undefined };
const files = runtimeFiles();

const SEED = new Uint8Array(32).fill(7);
const ISSUER = publicKeyOf(SEED);
const ASSET = 1;
const ANCHOR = new Uint8Array(32).fill(9);

const accountOf = (index: number): Uint8Array => concat(encode(u32, index + 1), new Uint8Array(28).fill(5));

/** A batch of the bridge's own kinds of calls that succeeds by itself, to another account each. */
const realBatch = (mints: number): readonly Call[] => [
  approveTransfer(ASSET, ANCHOR, 1n),
  cancelApproval(ASSET, ANCHOR),
  ...Array.from({ length: mints }, (_, index) => mint(ASSET, accountOf(index), 1_000n)),
  remark(new Uint8Array(64 * mints)),
];

/** By proof where the runtime checks a metadata hash, else as a devnet's configuration pins it. */
const formatOf = async (hub: AssetHub, { answer15, ...shown }: ShownRuntime): Promise<ExtrinsicFormat> => {
  const { profile } = await parachainJson(hub);
  if (profile === "statemine-900") return pinnedFormat(STATEMINE_900);
  if (profile !== undefined) return pinnedFormat(decodeBcs(pinnedProfile, fromHex(profile)));
  if (answer15 === undefined) throw new RangeError("expected a runtime that checks a hash to tell its metadata");
  const subjects = { assetsPallet: "Assets", mortalPeriod: 64, token: undefined };
  return (await findMetadataHash({ ...shown, answer15 }, subjects)).encoding.format;
};

const percentOf = (taken: bigint, block: bigint): number => Number((taken * 20_000n) / block) / 100;

describe.each([STATEMINE, ...files])("a full batch on $name", ({ name, path }) => {
  let hub: AssetHub;
  let shown: ShownRuntime;
  let format: ExtrinsicFormat;
  let limits: BlockLimits;
  let room: BatchRoom;

  beforeAll(async () => {
    hub = await startAssetHub({
      ...(path === undefined ? {} : { runtime: await loadRuntime(path) }),
      endowed: [{ account: ISSUER, free: 10n ** 16n }],
      sufficientAssets: [{ id: ASSET, owner: ISSUER, minBalance: 1n }],
      automatic: false,
    });
    await hub.produceBlock();
    shown = await askRuntime(await openSource(hub.url));
    format = await formatOf(hub, shown);
    limits = blockLimits(readMetadata(shown.metadata));
    room = await batchRoom(shown.source.call, format, limits);
  });

  afterAll(() => hub?.close());

  it("takes 95 % of half a block, mints included, by the runtime's own word", async () => {
    const take = await askTake(shown.source.call, format, limits, fullBatch(room.mints));
    const shares = [
      percentOf(take.refTime, limits.block.refTime),
      percentOf(take.proofSize, limits.block.proofSize),
      percentOf(BigInt(take.length), BigInt(limits.length)),
    ];
    process.stdout.write(`${name}: ${room.mints} mints take ${shares.join(" %, ")} % of half a block\n`);
    expect(Math.max(...shares)).toBeGreaterThan(94);
    expect(Math.max(...shares)).toBeLessThanOrEqual(95);
    expect(take.refTime <= limits.extrinsic.refTime && take.proofSize <= limits.extrinsic.proofSize).toBe(true);
  });

  it("is counted as the runtime counts it, and not for less", async () => {
    for (const calls of [fullBatch(0), fullBatch(10), fullBatch(room.mints)]) {
      const [counted, told] = [room.takeOf(calls), await askTake(shown.source.call, format, limits, calls)];
      for (const part of ["refTime", "proofSize", "length"] as const)
        expect(Number(counted[part])).toBeGreaterThanOrEqual(Number(told[part]));
      expect(Number(counted.refTime)).toBeLessThan(1.02 * Number(told.refTime));
    }
  });

  it("is included whole in one block, and leaves half of it to others", async () => {
    const { header, hash } = hub.head();
    const content = {
      call: batchAll(realBatch(room.mints)),
      nonce: 0,
      mortalPeriod: 64,
      birth: { number: header.number, hash },
      genesisHash: hub.genesisHash,
      specVersion: shown.version.specVersion,
      transactionVersion: shown.version.transactionVersion,
    };
    const extrinsic = buildExtrinsic(format, content, SEED);
    await call(hub.url, "author_submitExtrinsic", [`0x${toHex(extrinsic)}`]);
    await hub.produceBlock();
    expect(hub.head().extrinsics.some((one) => toHex(one) === toHex(extrinsic))).toBe(true);
    const last = await call(hub.url, "state_getStorage", [
      `0x${toHex(assetAccount("Assets", ASSET, accountOf(room.mints - 1)))}`,
    ]);
    expect(last).not.toBeNull();
    const weight = await call(hub.url, "state_getStorage", [`0x${toHex(storagePrefix("System", "BlockWeight"))}`]);
    const consumed = struct({ normal: limits.weight, operational: limits.weight, mandatory: limits.weight });
    const { normal } = decode(consumed, fromHex(String(weight)));
    expect(percentOf(normal.refTime, limits.block.refTime)).toBeLessThanOrEqual(95.1);
    expect(percentOf(normal.proofSize, limits.block.proofSize)).toBeLessThanOrEqual(95.1);
  });

  it.skipIf(path !== undefined)("is what a relayer takes of its nodes, asked once a spec version", async () => {
    const endpoints = createEndpoints(["http://127.0.0.1:1", hub.url]);
    const parachain = createSubstrateRpc(endpoints, { timeoutMs: 60_000, maxResponseBytes: 16_000_000 });
    const config = { parachain: { ...exampleConfig.parachain, profile: STATEMINE_900 } };
    const metadata = {
      proofFor: () => Promise.reject(new PdiemError("rpc/metadata", "expected no proof to be needed")),
    };
    const keeper = keepRoom({ config, parachain, metadata });
    const first = await keeper.roomOn(900);
    expect(first?.mints).toBe(room.mints);
    expect(await keeper.roomOn(900)).toBe(first);
    expect(first?.fits(fullBatch(room.mints + 10))).toBe(false);
    expect(await keeper.roomOn(901)).toBeUndefined();
  });

  it("is told by `pdiem runtime check` of its node", async () => {
    const out: string[] = [];
    const isPinnedInCode = path === undefined;
    const code = await runCli(["runtime", "check", hub.url, "--json"], {
      out: (text) => out.push(text),
      err: () => undefined,
    });
    const view = JSON.parse(out.join("")) as {
      readonly qualifies: boolean;
      readonly batch: { readonly mints: number } | null;
      readonly checkpoint: { readonly specVersion: number } | null;
    };
    // Without that extension it knows of no way to write an extrinsic that it could ask about.
    const hasHash = isPinnedInCode || Buffer.from(shown.metadata).toString("latin1").includes("CheckMetadataHash");
    expect(view.batch?.mints).toBe(hasHash ? room.mints : undefined);
    expect(code).toBe(view.qualifies ? 0 : 1);
    expect(view.checkpoint?.specVersion).toBe(view.qualifies ? shown.version.specVersion : undefined);
  });
});

if (files.length === 0)
  describe("a full batch on newer runtimes", () => {
    it.skip(NO_RUNTIMES);
  });

describe("`pdiem runtime check` of a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-runtime-"));
  const file = join(folder, "statemine-900.compressed.wasm");
  beforeAll(() => writeFileSync(file, statemineCode()));
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = async (...args: readonly string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCli(["runtime", "check", ...args], {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
    });
    return { code, out: out.join("\n"), err: err.join("\n") };
  };

  it("says that the bridge can run on it, and the guardians' command", async () => {
    const { code, out, err } = await run(file);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("YES: the bridge can run on statemine 900");
    expect(out).toContain("guardian checkpoint propose --spec-version RUNNING --spec-version 900");
    expect(out).toMatch(/at most 636 mints/);
    expect(out).not.toContain("DIFFERS");
  });

  it("says NO where the pallet of the assets isn't there, and why", async () => {
    const { code, out, err } = await run(file, "--assets-pallet", "Coins");
    expect(code).toBe(1);
    expect(err).toContain("runtime/differs");
    expect(out).toMatch(/DIFFERS +Coins\.Approvals +nothing of that name/);
    expect(out).toContain("LACKS IT an assets pallet");
    expect(out).not.toContain("guardian checkpoint propose");
  });

  it("lists nothing that has changed where it is compared with itself, but that it is no upgrade", async () => {
    const { code, out } = await run(file, "--against", file, "--json");
    const { findings } = JSON.parse(out) as { readonly findings: readonly { outcome: string; subject: string }[] };
    expect(code).toBe(0);
    expect(findings.filter(({ outcome }) => outcome !== "ok").map(({ subject }) => subject)).toEqual(["spec version"]);
  });

  it("ends with status 2 where there is no file, and with 1 where it holds no runtime", async () => {
    expect((await run(join(folder, "none.wasm"))).code).toBe(2);
    writeFileSync(join(folder, "other.wasm"), "no runtime");
    const { code, err } = await run(join(folder, "other.wasm"));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("runtime/file") });
  });
});
