/**
 * Extrinsics by proofs of the types of real runtimes, with all the extensions that are about. They
 * are compared byte for byte with what @polkadot/api writes. Metadata comes out of npm's
 * `@polkadot/types-support`, and out of files `*.scale` in the folder that PDIEM_RUNTIMES names.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { equal, fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { bytes, encode, option } from "@pdiem/light-client/codec/scale";
import { batchAll, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { CALL_NAMES, CALL_SIGNATURES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { buildExtrinsic, type ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { extrinsicSamples, SAMPLE_SEED } from "@pdiem/light-client/polkadot/testing/extrinsic-samples";
import { metadataProver } from "@pdiem/relayer/chains/metadata-proof";
import { metadata15, runtimeTypes } from "@pdiem/relayer/chains/runtime-types";
import { describe, expect, test } from "vitest";
import { apiEncoder } from "./api-encoder.js";

interface Subject {
  readonly name: string;
  /** What `Metadata_metadata_at_version` returns. */
  readonly answer: Uint8Array;
}

/** How nodes answer, or the metadata alone. */
const answerOf = (content: Uint8Array): Uint8Array =>
  equal(content.subarray(0, 4), utf8("meta")) ? encode(option(bytes), content) : content;

const supported = (name: string): Subject => {
  const path = `@polkadot/types-support/cjs/metadata/${name}-hex`;
  const { default: hex } = createRequire(import.meta.url)(path) as { readonly default: string };
  return { name, answer: answerOf(fromHex(hex)) };
};

const folder = process.env.PDIEM_RUNTIMES ?? "";
const files: readonly Subject[] =
  folder !== "" && existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".scale"))
        .map((name) => ({ name, answer: answerOf(new Uint8Array(readFileSync(join(folder, name)))) }))
    : [];

if (files.length === 0) test.skip("further metadata isn't tried: PDIEM_RUNTIMES names no folder with *.scale");

/** What each adds to the eight that all have, as far as that is known. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  "v15/polkadot": ["ChargeTransactionPayment", "PrevalidateAttests", "CheckMetadataHash"],
  "v16/substrate": ["AuthorizeCall", "ChargeAssetTxPayment", "CheckMetadataHash", "WeightReclaim"],
};

const USUAL = ["NonZeroSender", "SpecVersion", "TxVersion", "Genesis", "Mortality", "Nonce", "Weight"];

describe.each([...Object.keys(EXTENSIONS).map(supported), ...files])("the metadata of $name", ({ name, answer }) => {
  const metadata = metadata15(answer);
  const types = runtimeTypes(metadata);
  const isOption = (id: number): boolean => types.lookup.get(id)?.path.at(-1) === "Option";
  /** Extensions with an option within, of which the reference has to be told. */
  const options = types.extensions.flatMap(({ identifier, extra }) => {
    const { def } = types.lookup.get(extra) ?? {};
    const [field, ...others] = def?.tag === "composite" ? def.value : [];
    return field !== undefined && others.length === 0 && isOption(field.type) ? [identifier] : [];
  });
  const api = apiEncoder(metadata, options);
  const runtime = { specName: api.version.specName.toString(), specVersion: api.version.specVersion.toNumber() };
  const transactionVersion = api.version.transactionVersion.toNumber();
  const { base58Prefix } = types;
  const prover = metadataProver(answer, { ...runtime, base58Prefix, decimals: 10, tokenSymbol: "DOT" });
  const hasAssets = types.pallets.some((pallet) => pallet.name === "Assets");
  const calls = CALL_NAMES.filter((call) => call !== "batchAll").filter(
    (call) => hasAssets || CALL_SIGNATURES[call].pallet !== "assets",
  );
  const format = provenFormat(prover.prove({ assetsPallet: "Assets", calls, mortalPeriod: 64 }), runtime, "Assets");

  test("has the extensions that are expected of it", () => {
    const names = types.extensions.map(({ identifier }) => identifier);
    const more = names.filter((one) => !USUAL.includes(one.replace(/^Check/, "")));
    if (EXTENSIONS[name] !== undefined) expect(more).toEqual(EXTENSIONS[name]);
    expect(more).toContain("CheckMetadataHash");
  });

  test("PROTOCOL 3: proves how every call that it has is written and signed", () => {
    const samples = extrinsicSamples(runtime.specVersion, transactionVersion);
    const [sample] = samples as [ExtrinsicContent];
    const own = hasAssets
      ? samples
      : [remark(utf8("alone")), batchAll([remark(utf8("batched")), remark(new Uint8Array(300))])].map((call) => ({
          ...sample,
          call,
        }));
    for (const content of own)
      expect(toHex(buildExtrinsic(format, content, SAMPLE_SEED)), content.call.type).toBe(
        toHex(api.build(content, SAMPLE_SEED, prover.digest)),
      );
  });
});
