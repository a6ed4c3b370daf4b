/** Extrinsics by a pinned profile and by proven types, byte for byte as @polkadot/api writes them from metadata. */
import { genesis } from "@pdiem/devnet/asset-hub/genesis";
import { callRuntime, stopExecutor } from "@pdiem/devnet/asset-hub/runtime";
import { toHex } from "@pdiem/light-client/bytes";
import { bytes, decode } from "@pdiem/light-client/codec/scale";
import { CALL_NAMES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/statemine-900";
import { extrinsicSamples, SAMPLE_SEED } from "@pdiem/light-client/polkadot/testing/extrinsic-samples";
import {
  PASSET_HUB,
  PASSET_HUB_DIGEST,
  PASSET_HUB_EXTRINSICS,
  PASSET_HUB_PROOF,
  PASSET_HUB_TRANSACTION_VERSION,
} from "@pdiem/light-client/polkadot/testing/passet-hub";
import { metadataProver } from "@pdiem/relayer/chains/metadata-proof";
import { metadata15 } from "@pdiem/relayer/chains/runtime-types";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiEncoder, apiEncoder } from "./api-encoder.js";
import { metadataAnswer, runtimeFile } from "./runtime-file.js";

afterAll(stopExecutor);

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

const code = runtimeFile("passet-hub-1019002");

describe.skipIf(code === undefined)("for passet-hub 1019002 (skipped without PDIEM_RUNTIMES)", () => {
  const properties = { ...PASSET_HUB, base58Prefix: 42, decimals: 10, tokenSymbol: "PAS" };
  const calls = CALL_NAMES.filter((name) => name !== "batchAll");
  const subjects = { assetsPallet: "Assets", calls, mortalPeriod: 64 };
  let answer: Uint8Array;
  beforeAll(async () => {
    answer = await metadataAnswer(code as Uint8Array);
  });

  test("the digest computed is the one that is built in", () => {
    expect(metadataProver(answer, properties).digest).toEqual(PASSET_HUB_DIGEST);
    expect(Buffer.from(code as Uint8Array).includes(PASSET_HUB_DIGEST)).toBe(true);
  });

  test("the repository's vector is what is made of its metadata", () => {
    expect(metadataProver(answer, properties).prove(subjects)).toEqual(PASSET_HUB_PROOF);
  });

  test("every call, alone and in a batch, is written and signed alike by a proof of its types", () => {
    const api = apiEncoder(metadata15(answer));
    expect(api.version.transactionVersion.toNumber()).toBe(PASSET_HUB_TRANSACTION_VERSION);
    const format = provenFormat(metadataProver(answer, properties).prove(subjects), PASSET_HUB, "Assets");
    const samples = extrinsicSamples(PASSET_HUB.specVersion, PASSET_HUB_TRANSACTION_VERSION);
    expect(PASSET_HUB_EXTRINSICS).toHaveLength(samples.length);
    samples.forEach((content, at) => {
      const written = api.build(content, SAMPLE_SEED, PASSET_HUB_DIGEST);
      expect(toHex(buildExtrinsic(format, content, SAMPLE_SEED)), content.call.type).toBe(toHex(written));
      expect(toHex(PASSET_HUB_EXTRINSICS[at] ?? new Uint8Array(0))).toBe(toHex(written));
    });
  });
});
