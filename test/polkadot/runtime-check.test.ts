/** `pdiem runtime check`: each difference of a runtime is found, and named for what it is. */

import { exampleConfig } from "@pdiem/bridge/testing/config";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { bytes, decode, encode, u32, u128 } from "@pdiem/light-client/codec/scale";
import { checkCalls } from "@pdiem/relayer/runtime/check/check-calls";
import { type CheckedConfig, checkConstants } from "@pdiem/relayer/runtime/check/check-constants";
import { checkExtensions, checkExtrinsics } from "@pdiem/relayer/runtime/check/check-extensions";
import { checkPinned } from "@pdiem/relayer/runtime/check/check-pinned";
import { checkRelayStorage, checkStorage } from "@pdiem/relayer/runtime/check/check-storage";
import { compareRuntimes } from "@pdiem/relayer/runtime/check/compare-runtimes";
import type { Finding } from "@pdiem/relayer/runtime/check/finding";
import { openRuntime } from "@pdiem/relayer/runtime/runtime-file";
import { type RuntimeMetadata, readMetadata } from "@pdiem/relayer/runtime/runtime-metadata";
import type { RuntimeVersion } from "@pdiem/relayer/runtime/runtime-version";
import { describe, expect, it } from "vitest";
import {
  statemineCode,
  supportedMetadata,
  withArgument,
  withCall,
  withConstant,
  withStorage,
  withType,
} from "./altered-metadata.js";

const hub = supportedMetadata("asset-hub-polkadot");
const NO_CONFIG: CheckedConfig | undefined = undefined;

const check = (metadata: RuntimeMetadata, config = NO_CONFIG): readonly Finding[] => [
  ...checkStorage(metadata, "Assets"),
  ...checkCalls(metadata, "Assets"),
  ...checkExtrinsics(metadata),
  ...checkExtensions(metadata),
  ...checkConstants(metadata, "Assets", config),
];

/** What isn't as expected: its outcome, its name, and what is there. */
const unexpected = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ outcome }) => outcome !== "ok")
    .map(({ outcome, subject, found }) => `${outcome} ${subject}: ${found}`);

/** The one difference between a changed runtime and what is expected. */
const difference = (metadata: RuntimeMetadata): Finding | undefined => {
  const differing = check(metadata).filter(({ outcome }) => outcome === "differs");
  expect(differing.length).toBe(1);
  return differing[0];
};

describe("Asset Hub 2.x as it is", () => {
  it("differs in nothing", () => {
    expect(unexpected(check(hub))).toEqual([]);
    expect(check(hub).length).toBeGreaterThan(30);
  });
});

describe("storage that is otherwise", () => {
  it("is named with its hashers, where one of them is another", () => {
    const changed = withStorage(hub, "Assets", "Account", () => ({ hashers: ["Blake2128Concat", "Twox64Concat"] }));
    expect(difference(changed)).toMatchObject({
      subject: "Assets.Account",
      found: "key Blake2128Concat(u32), Twox64Concat(32B)",
      expected: "key Blake2128Concat(u32), Blake2128Concat(32B)",
      meaning: expect.stringContaining("what withdrawal accounts hold"),
    });
  });

  it("is named with its value, where a field of it is another", () => {
    expect(difference(withStorage(hub, "Timestamp", "Now", () => ({ value: "u128" })))).toMatchObject({
      subject: "Timestamp.Now",
      found: "value u128",
      expected: "value u64",
    });
  });

  it("is named where an enum of its value has one variant more", () => {
    const asset = hub.pallets.find(({ name }) => name === "Assets")?.storage.find(({ name }) => name === "Asset");
    const details = typeof asset?.value === "number" ? hub.types.get(asset.value) : undefined;
    const status = details?.type === "composite" ? details.value.at(-1)?.type : undefined;
    const known = typeof status === "number" ? hub.types.get(status) : undefined;
    if (status === undefined || known?.type !== "enum") throw new Error("expected an asset's status");
    const variants = [...known.variants, { name: "Paused", index: 3, fields: [] }];
    const found = difference(withType(hub, status, { ...known, variants }));
    expect(found?.subject).toBe("Assets.Asset");
    expect(found?.found).toContain("enum(0 | 1 | 2 | 3)");
  });

  it("is named where it is gone, or kept under another prefix", () => {
    expect(difference(withStorage(hub, "System", "LastRuntimeUpgrade", () => undefined))).toMatchObject({
      subject: "System.LastRuntimeUpgrade",
      found: "nothing of that name",
    });
    const pallets = hub.pallets.map((one) => (one.name === "Timestamp" ? { ...one, prefix: "Time" } : one));
    expect(difference({ ...hub, pallets })).toMatchObject({ subject: "Timestamp.Now", found: "stored under Time" });
  });

  it("is noted where only people read it", () => {
    const changed = withStorage(hub, "Assets", "Metadata", () => undefined);
    expect(unexpected(check(changed))).toEqual(["note Assets.Metadata: nothing of that name"]);
  });
});

describe("a relay chain's storage", () => {
  it("differs in nothing on Polkadot, and is named where it does", () => {
    const relay = supportedMetadata("polkadot");
    expect(unexpected(checkRelayStorage(relay))).toEqual([]);
    const other = withStorage(relay, "Paras", "Heads", () => ({ hashers: ["Blake2128Concat"] }));
    expect(unexpected(checkRelayStorage(other))).toEqual(["differs Paras.Heads: key Blake2128Concat(u32)"]);
    expect(unexpected(checkRelayStorage(hub))).toEqual(["differs Paras.Heads: nothing of that name"]);
  });
});

describe("calls that are otherwise", () => {
  it("are no difference where they have only moved, and are listed beside the runtime in force", () => {
    const moved = withCall(hub, "Assets", "mint", () => ({ index: 77 }));
    expect(unexpected(check(moved))).toEqual([]);
    const version: RuntimeVersion = {
      specName: "statemint",
      specVersion: 1,
      transactionVersion: 15,
      stateVersion: 1,
      apis: new Map(),
    };
    const next = { version: { ...version, specVersion: 2 }, metadata: moved };
    expect(unexpected(compareRuntimes({ version, metadata: hub }, next, "Assets"))).toEqual([
      "note Assets.mint: moved: index 50.6 before, 50.77 now",
    ]);
  });

  it("are named with their arguments, where one is of another type", () => {
    expect(difference(withArgument(hub, "Assets", "burn", "amount", "u64"))).toMatchObject({
      subject: "Assets.burn",
      found: expect.stringContaining("amount: u64"),
      expected: "(id: id, who: account, amount: amount)",
      meaning: "no withdrawal can be taken",
    });
  });

  it("are named where one argument more is asked for, or the call is gone", () => {
    const more = withCall(hub, "Assets", "approve_transfer", ({ fields }) => ({
      fields: [...fields, { name: "until", type: "u32", typeName: undefined }],
    }));
    expect(difference(more)).toMatchObject({
      subject: "Assets.approve_transfer",
      found: expect.stringContaining("until: u32"),
      meaning: "no batch can set the anchor",
    });
    const gone = withCall(hub, "Utility", "batch_all", () => undefined);
    expect(difference(gone)).toMatchObject({
      subject: "Utility.batch_all",
      found: expect.stringContaining("no such call"),
      meaning: "no batch can be made",
    });
  });

  it("are refused in a pallet whose ids are no whole numbers", () => {
    const findings = checkCalls(hub, "ForeignAssets").filter(({ outcome }) => outcome === "differs");
    expect(findings.map(({ subject }) => subject)).toContain("ForeignAssets.mint");
    expect(unexpected(checkCalls(hub, "PoolAssets"))).toEqual([]);
  });
});

describe("extensions that are otherwise", () => {
  const withExtension = (identifier: string, extra: RuntimeMetadata["address"], implicit = extra): RuntimeMetadata => ({
    ...hub,
    extensions: [{ identifier, extra, implicit }, ...hub.extensions],
  });
  const without = (identifier: string): RuntimeMetadata => ({
    ...hub,
    extensions: hub.extensions.filter((one) => one.identifier !== identifier),
  });

  it("are noted where one is unknown that adds nothing", () => {
    expect(unexpected(check(withExtension("CheckWeather", "void")))).toEqual(["note CheckWeather: adds nothing"]);
  });

  it("are no difference where they are those of 2.x", () => {
    const names = ["AuthorizeCall", "PrevalidateAttests", "EthSetOrigin", "StorageWeightReclaim"];
    const extensions = names.map((identifier) => ({ identifier, extra: "void", implicit: "void" }) as const);
    expect(unexpected(checkExtensions({ ...hub, extensions: [...extensions, ...hub.extensions] }))).toEqual([]);
  });

  it("are no difference where fees are charged in the native asset alone", () => {
    const paying = hub.extensions.map((one) =>
      one.identifier === "ChargeAssetTxPayment"
        ? ({ identifier: "ChargeTransactionPayment", extra: "compactU128", implicit: "void" } as const)
        : one,
    );
    const findings = checkExtensions({ ...hub, extensions: paying });
    expect(unexpected(findings)).toEqual([]);
    expect(findings.find(({ subject }) => subject === "ChargeTransactionPayment")?.found).toBe("adds tip");
  });

  it("are named where an unknown one has something to say", () => {
    expect(difference(withExtension("CheckWeather", "u32", "void"))).toMatchObject({
      subject: "CheckWeather",
      found: "in the extrinsic (u32), signed ()",
      meaning: expect.stringContaining("can't write"),
    });
  });

  it("are named where a known one is of other types, or is gone", () => {
    const nonce = hub.extensions.map((one) =>
      one.identifier === "CheckNonce" ? ({ ...one, extra: "compactU64" } as const) : one,
    );
    expect(difference({ ...hub, extensions: nonce })?.subject).toBe("CheckNonce");
    expect(difference(without("CheckGenesis"))).toMatchObject({
      subject: "CheckGenesis",
      meaning: expect.stringContaining("used elsewhere"),
    });
    expect(difference(without("CheckMetadataHash"))).toMatchObject({
      subject: "CheckMetadataHash",
      meaning: expect.stringContaining("can't be proven"),
    });
  });

  it("are named where more is signed after the metadata hash", () => {
    const [hash, ...others] = [...hub.extensions].sort((one) => (one.identifier === "CheckMetadataHash" ? -1 : 0));
    expect(hash?.identifier).toBe("CheckMetadataHash");
    expect(difference({ ...hub, extensions: [...(hash ? [hash] : []), ...others] })?.subject).toBe("order");
  });
});

describe("extrinsics that are otherwise", () => {
  it("are named by their version, address or signature", () => {
    expect(difference({ ...hub, extrinsicVersions: [5] })).toMatchObject({ subject: "version", found: "versions 5" });
    expect(difference({ ...hub, address: "u32" })?.subject).toBe("address");
    expect(difference({ ...hub, signature: "u32" })?.subject).toBe("signature");
  });
});

describe("constants that the configuration doesn't agree with", () => {
  const config: CheckedConfig = { ...exampleConfig, genesisCost: 10n ** 12n };
  const named = (metadata: RuntimeMetadata) => unexpected(checkConstants(metadata, "Assets", config));

  it("are named, and only they", () => {
    expect(named(hub)).toEqual([]);
    expect(named(withConstant(hub, "System", "BlockHashCount", encode(u32, 32)))).toEqual([
      "differs System.BlockHashCount: 32",
    ]);
    expect(named(withConstant(hub, "Utility", "batched_calls_limit", encode(u32, 100)))).toEqual([
      "differs Utility.batched_calls_limit: 100",
    ]);
    expect(named(withConstant(hub, "Assets", "ApprovalDeposit", encode(u128, 10n ** 13n)))).toEqual([
      "differs Assets.ApprovalDeposit: 10000000000000",
    ]);
  });

  it("are noted where a batch's room can't be read", () => {
    const [finding] = named(withConstant(hub, "System", "BlockWeights", new Uint8Array(3)));
    expect(finding).toMatch(/^note System.BlockWeights and BlockLength: /);
  });
});

describe("a profile that is pinned", () => {
  const code = openRuntime(statemineCode());
  const statemine = readMetadata(decode(bytes, code.call("Metadata_metadata", new Uint8Array(0))).slice());
  const pinned = (metadata: RuntimeMetadata, transactionVersion = 6) =>
    unexpected(checkPinned(metadata, transactionVersion, STATEMINE_900, "Assets"));

  it("fits its own runtime, and no other", () => {
    expect(pinned(statemine)).toEqual([]);
    expect(pinned(hub).length).toBeGreaterThan(8);
  });

  it("differs by a call that has moved, and by what is signed", () => {
    expect(pinned(withCall(statemine, "Assets", "mint", () => ({ index: 77 })))).toEqual([
      "differs Assets.mint, pinned: index 50.77 (asset: compactU32, beneficiary: account, amount: compactU128)",
    ]);
    const extensions = statemine.extensions.filter(({ identifier }) => identifier !== "CheckGenesis");
    expect(pinned({ ...statemine, extensions })).toEqual([
      "differs signed, pinned: specVersion, transactionVersion, birthHash",
    ]);
    expect(pinned(statemine, 7)).toEqual(["differs transaction version, pinned: 7"]);
  });
});
