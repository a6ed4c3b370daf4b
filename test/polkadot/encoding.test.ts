/**
 * Extrinsics by a pinned profile and by proven types, byte for byte as @polkadot/api writes them
 * from metadata.
 */
import { createRequire } from "node:module";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { genesis } from "@pdiem/devnet/asset-hub/genesis";
import { callRuntime } from "@pdiem/devnet/asset-hub/runtime";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { bytes, decode } from "@pdiem/light-client/codec/scale";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { CALL_NAMES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { buildExtrinsic, type ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { extrinsicSamples, SAMPLE_SEED } from "@pdiem/light-client/polkadot/testing/extrinsic-samples";
import {
  PASSET_HUB,
  PASSET_HUB_DIGEST,
  PASSET_HUB_EXTRINSICS,
  PASSET_HUB_PROOF,
  PASSET_HUB_TRANSACTION_VERSION,
} from "@pdiem/light-client/polkadot/testing/passet-hub";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { metadataProver } from "@pdiem/relayer/chains/metadata-proof";
import { metadata15 } from "@pdiem/relayer/chains/runtime-types";
import { beforeAll, describe, expect, test } from "vitest";
import { type ApiEncoder, apiEncoder } from "./api-encoder.js";
import { metadataAnswer, runtimeFile, validate } from "./runtime-file.js";

describe("for statemine 900, pinned", () => {
  let api: ApiEncoder;
  beforeAll(async () => {
    const { result } = await callRuntime(genesis([], []).state, [["Metadata_metadata", new Uint8Array(0)]]);
    api = apiEncoder(decode(bytes, result));
  });

  test("every call, alone and in a batch, is written and signed alike", () => {
    const format = pinnedFormat(STATEMINE_900);
    const samples = extrinsicSamples(STATEMINE_900.specVersion, STATEMINE_900.transactionVersion);
    expect(new Set(samples.map(({ call }) => call.type))).toEqual(new Set(CALL_NAMES));
    for (const content of samples)
      expect(toHex(buildExtrinsic(format, content, SAMPLE_SEED)), content.call.type).toBe(
        toHex(api.build(content, SAMPLE_SEED)),
      );
  });

  test("versions are the runtime's", () => {
    const { specVersion, transactionVersion } = api.version;
    expect([specVersion.toNumber(), transactionVersion.toNumber()]).toEqual([
      STATEMINE_900.specVersion,
      STATEMINE_900.transactionVersion,
    ]);
  });
});

const PROVABLE = CALL_NAMES.filter((name) => name !== "batchAll");
const SUBJECTS = { assetsPallet: "Assets", calls: PROVABLE, mortalPeriod: 64 };

/** Metadata of version 15 out of npm's `@polkadot/types-support`, as a node answers. */
const supportedMetadata = (name: string): Uint8Array => {
  const path = `@polkadot/types-support/cjs/metadata/v15/${name}-hex`;
  const { default: answer } = createRequire(import.meta.url)(path) as { readonly default: string };
  return fromHex(answer);
};

describe("for Asset Hub 2.x of Polkadot, proven against the digest of its metadata", () => {
  const answer = supportedMetadata("asset-hub-polkadot");
  const api = apiEncoder(metadata15(answer));
  const runtime = { specName: api.version.specName.toString(), specVersion: api.version.specVersion.toNumber() };
  const properties = { ...runtime, base58Prefix: 0, decimals: 10, tokenSymbol: "DOT" };
  const prover = metadataProver(answer, properties);

  test("every call, alone and in a batch, is written and signed alike", () => {
    const format = provenFormat(prover.prove(SUBJECTS), runtime, "Assets");
    expect(format.metadataHash).toEqual(prover.digest);
    for (const content of extrinsicSamples(runtime.specVersion, api.version.transactionVersion.toNumber()))
      expect(toHex(buildExtrinsic(format, content, SAMPLE_SEED)), content.call.type).toBe(
        toHex(api.build(content, SAMPLE_SEED, prover.digest)),
      );
  });

  test("PROTOCOL 3: an assets pallet whose ids aren't integers is refused, one of plain integers isn't", () => {
    const calls = ["remark", "mint"] as const;
    const proven = (assetsPallet: string) =>
      provenFormat(prover.prove({ ...SUBJECTS, calls, assetsPallet }), runtime, assetsPallet);
    expect(outcome(() => proven("ForeignAssets"))).toBe("proof/metadata-argument");
    expect(proven("PoolAssets").calls.mint?.arguments[0]).toEqual({ name: "asset", encoding: "u32" });
  });

  test("what the runtime hasn't can't be proven", () => {
    expect(outcome(() => prover.prove({ ...SUBJECTS, assetsPallet: "NoAssets" }))).toBe("rpc/metadata");
    expect(outcome(() => metadataProver(answer, { ...properties, specVersion: 1 }))).toBe("rpc/metadata");
    expect(outcome(() => metadataProver(Uint8Array.of(0), properties))).toBe("rpc/metadata");
    expect(outcome(() => metadataProver(Uint8Array.of(1, 16, 0x6d, 0x65, 0x74, 0x61), properties))).toBe(
      "rpc/metadata",
    );
  });
});

const code = runtimeFile("passet-hub-1019002");

describe.skipIf(code === undefined)("for passet-hub 1019002 (skipped without PDIEM_RUNTIMES)", () => {
  const properties = { ...PASSET_HUB, base58Prefix: 42, decimals: 10, tokenSymbol: "PAS" };
  let answer: Uint8Array;
  beforeAll(async () => {
    answer = await metadataAnswer(code as Uint8Array);
  });

  test("the digest computed is the one that is built in", () => {
    expect(metadataProver(answer, properties).digest).toEqual(PASSET_HUB_DIGEST);
    expect(Buffer.from(code as Uint8Array).includes(Buffer.from(PASSET_HUB_DIGEST))).toBe(true);
  });

  test("the repository's vector is what is made of its metadata", () => {
    expect(metadataProver(answer, properties).prove(SUBJECTS)).toEqual(PASSET_HUB_PROOF);
  });

  test("every call, alone and in a batch, is written and signed alike by a proof of its types", () => {
    const api = apiEncoder(metadata15(answer));
    expect(api.version.transactionVersion.toNumber()).toBe(PASSET_HUB_TRANSACTION_VERSION);
    const format = provenFormat(metadataProver(answer, properties).prove(SUBJECTS), PASSET_HUB, "Assets");
    const samples = extrinsicSamples(PASSET_HUB.specVersion, PASSET_HUB_TRANSACTION_VERSION);
    expect(PASSET_HUB_EXTRINSICS).toHaveLength(samples.length);
    samples.forEach((content, at) => {
      const written = api.build(content, SAMPLE_SEED, PASSET_HUB_DIGEST);
      expect(toHex(buildExtrinsic(format, content, SAMPLE_SEED)), content.call.type).toBe(toHex(written));
      expect(toHex(PASSET_HUB_EXTRINSICS[at] ?? new Uint8Array(0))).toBe(toHex(written));
    });
  });

  test("the runtime itself takes what was signed over its digest, and nothing else", async () => {
    const format = provenFormat(PASSET_HUB_PROOF, PASSET_HUB, "Assets");
    const verdict = async (signedBy: ExtrinsicFormat, content: ExtrinsicContent) =>
      toHex(
        await validate(
          code as Uint8Array,
          content,
          publicKeyOf(SAMPLE_SEED),
          buildExtrinsic(signedBy, content, SAMPLE_SEED),
        ),
      );
    const BAD_PROOF = "010004";
    for (const sample of extrinsicSamples(PASSET_HUB.specVersion, PASSET_HUB_TRANSACTION_VERSION).slice(-2)) {
      const content = { ...sample, nonce: 0 };
      expect(await verdict(format, content)).toMatch(/^00/);
      expect(await verdict({ ...format, metadataHash: new Uint8Array(32) }, content)).toBe(BAD_PROOF);
      expect(await verdict(format, { ...content, transactionVersion: 15 })).toBe(BAD_PROOF);
    }
  });
});
