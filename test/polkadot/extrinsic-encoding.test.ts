/** Extrinsics written from pinned profiles, byte for byte as @polkadot/api writes them from the runtimes' metadata. */
import { createRequire } from "node:module";

import { genesis } from "@pdiem/devnet/asset-hub/genesis";
import { callRuntime, stopExecutor } from "@pdiem/devnet/asset-hub/runtime";
import { toHex } from "@pdiem/light-client/bytes";
import { bytes, decode } from "@pdiem/light-client/codec/scale";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import {
  approveTransfer,
  batchAll,
  burn,
  type Call,
  cancelApproval,
  freezeAsset,
  mint,
  remark,
  setTeam,
  thawAsset,
  transferKeepAlive,
} from "@pdiem/light-client/polkadot/extrinsics/call";
import { CALL_NAMES, type ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import {
  buildExtrinsic,
  decodeExtrinsic,
  type ExtrinsicContent,
  extrinsicHash,
} from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { ASSET_HUB, STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { Keyring } from "@polkadot/api";
import { expandMetadata, Metadata, TypeRegistry } from "@polkadot/types";
import type { Call as ApiCall, RuntimeVersion } from "@polkadot/types/interfaces";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const SEED = new Uint8Array(32).fill(42);
const who = (mark: number): Uint8Array => new Uint8Array(32).fill(mark);

const leaves: readonly Call[] = [
  cancelApproval(7, who(1)),
  mint(7, who(2), 1n),
  mint(0xffff_ffff, who(3), (1n << 128n) - 1n),
  burn(7, who(4), 1_000_000n),
  transferKeepAlive(7, who(5), 1n << 30n),
  setTeam(7, { issuer: who(6), admin: who(7), freezer: who(8) }),
  freezeAsset(7),
  thawAsset(7),
  approveTransfer(7, who(9), 1n),
  remark(new Uint8Array(300).fill(10)),
];

const PALLETS: Readonly<Record<Call["type"], string>> = {
  remark: "system",
  batchAll: "utility",
  mint: "assets",
  burn: "assets",
  transferKeepAlive: "assets",
  approveTransfer: "assets",
  cancelApproval: "assets",
  setTeam: "assets",
  freezeAsset: "assets",
  thawAsset: "assets",
};

/** The values of a call's fields, in the order of the runtime's arguments. */
const argumentsOf = (call: Call): readonly unknown[] => {
  const [, ...values] = Object.values(call);
  if (call.type === "remark") return [`0x${toHex(call.remark)}`];
  return values.map((value) => (value instanceof Uint8Array ? { Id: value } : value));
};

type ExtrinsicApi = (content: ExtrinsicContent, profile: ChainProfile) => Uint8Array;

interface Api {
  readonly build: ExtrinsicApi;
  readonly versions: { readonly transactionVersion: number; readonly stateVersion: number };
}

/** @param encoded the runtime's metadata, as hex */
const apiOf = (encoded: `0x${string}`): Api => {
  const registry = new TypeRegistry();
  const metadata = new Metadata(registry, encoded);
  registry.setMetadata(metadata);
  const { consts, tx } = expandMetadata(registry, metadata);
  const version = registry.createType<RuntimeVersion>("RuntimeVersion", consts.system?.version?.toU8a());
  const transactionVersion = version.transactionVersion.toNumber();
  const write = (call: Call): ApiCall => {
    const make = tx[PALLETS[call.type]]?.[call.type];
    if (make === undefined) throw new Error(`the runtime has no ${call.type}`);
    return call.type === "batchAll" ? make(call.calls.map(write)) : make(...argumentsOf(call));
  };
  const pair = new Keyring({ type: "ed25519" }).addFromSeed(SEED);
  const build: ExtrinsicApi = ({ call, birth, genesisHash, nonce, specVersion }, profile) =>
    registry
      .createType("Extrinsic", write(call))
      .sign(pair, {
        blockHash: birth.hash,
        era: registry.createType("ExtrinsicEra", { current: birth.number, period: profile.mortalPeriod }),
        genesisHash,
        nonce,
        runtimeVersion: registry.createType<RuntimeVersion>("RuntimeVersion", { specVersion, transactionVersion }),
        tip: 0,
      })
      .toU8a();
  return { build, versions: { transactionVersion, stateVersion: version.stateVersion.toNumber() } };
};

const devnetMetadata = async (): Promise<`0x${string}`> => {
  const { result } = await callRuntime(genesis([], []).state, [["Metadata_metadata", new Uint8Array(0)]]);
  return `0x${toHex(decode(bytes, result))}`;
};

afterAll(stopExecutor);

const assetHubMetadata = async (): Promise<`0x${string}`> => {
  const path = "@polkadot/types-support/cjs/metadata/v15/asset-hub-polkadot-hex";
  const { default: answer } = createRequire(import.meta.url)(path) as { readonly default: string };
  // The package keeps a node's answer: an optional, with its length in front.
  return `0x${answer.slice(answer.indexOf("6d657461"))}`;
};

describe.each([
  ["statemine 900", STATEMINE_900, devnetMetadata],
  ["Asset Hub", ASSET_HUB, assetHubMetadata],
] as const)("for %s", (_, profile, metadata) => {
  let api: Api;
  beforeAll(async () => {
    api = apiOf(await metadata());
  });

  const content = (call: Call, nonce = 3, number = 130): ExtrinsicContent => ({
    call,
    nonce,
    birth: { number, hash: who(0xbb) },
    genesisHash: who(0xaa),
    specVersion: 900,
  });

  test("every call, alone and in a batch, is written and signed alike", () => {
    expect(new Set([...leaves, batchAll([])].map(({ type }) => type))).toEqual(new Set(CALL_NAMES));
    for (const call of [...leaves, batchAll(leaves), batchAll([])]) {
      const ours = buildExtrinsic(profile, content(call), SEED);
      expect(toHex(ours), call.type).toBe(toHex(api.build(content(call), profile)));
      expect(decodeExtrinsic(profile, ours)).toMatchObject({ signer: publicKeyOf(SEED), nonce: 3, call });
      expect(extrinsicHash(ours)).toHaveLength(32);
    }
  });

  test("nonces, eras and payloads on both sides of 256 bytes are written and signed alike", () => {
    for (const [nonce, number] of [
      [0, 0],
      [63, 63],
      [64, 64],
      [16_384, 6],
      [1 << 30, 0xffff_ffff],
    ] as const)
      expect(toHex(buildExtrinsic(profile, content(thawAsset(1), nonce, number), SEED))).toBe(
        toHex(api.build(content(thawAsset(1), nonce, number), profile)),
      );
    for (let length = 100; length < 260; length++) {
      const call = remark(new Uint8Array(length));
      expect(toHex(buildExtrinsic(profile, content(call), SEED))).toBe(toHex(api.build(content(call), profile)));
    }
  });

  test("versions are the runtime's", () => {
    const { transactionVersion, stateVersion } = profile;
    expect(api.versions).toEqual({ transactionVersion, stateVersion });
  });
});
