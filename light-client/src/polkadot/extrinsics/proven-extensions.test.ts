import { describe, expect, test } from "vitest";
import { outcome } from "../../testing/outcome.js";
import type { ExtensionTypes } from "../metadata/extrinsic-metadata.js";
import type { TypeLeaf } from "../metadata/type-leaf.js";
import type { TypeReference } from "../metadata/type-reference.js";
import { extrinsicSamples } from "../testing/extrinsic-samples.js";
import { PASSET_HUB, PASSET_HUB_PROOF, PASSET_HUB_TRANSACTION_VERSION } from "../testing/passet-hub.js";
import { modelOf, wholeTreeProof } from "../testing/whole-tree-proof.js";
import { provenFormat } from "./proven-format.js";
import { signingPayload } from "./signed-extrinsic.js";

const MODEL = modelOf(PASSET_HUB_PROOF);
const EXTENSIONS = MODEL.extrinsic.extensions;

const formatOf = (extensions: readonly ExtensionTypes[], more: readonly TypeLeaf[] = [], leaves = MODEL.leaves) =>
  provenFormat(
    wholeTreeProof({ leaves: [...leaves, ...more], extrinsic: { ...MODEL.extrinsic, extensions } }, PASSET_HUB_PROOF),
    PASSET_HUB,
    "Assets",
  );
const verdict = (...model: Parameters<typeof formatOf>) => outcome(() => formatOf(...model));

const changed = (identifier: string, change: Partial<ExtensionTypes>): readonly ExtensionTypes[] =>
  EXTENSIONS.map((extension) => (extension.identifier === identifier ? { ...extension, ...change } : extension));

const before = (identifier: string, extension: ExtensionTypes): readonly ExtensionTypes[] =>
  EXTENSIONS.flatMap((one) => (one.identifier === identifier ? [extension, one] : [one]));

const composite = (id: number, ...types: TypeReference[]): TypeLeaf => ({
  path: ["unknown"],
  definition: { type: "composite", value: types.map((type) => ({ name: undefined, type, typeName: undefined })) },
  id,
});
const tuple = (id: number, ...types: TypeReference[]): TypeLeaf => ({
  path: [],
  definition: { type: "tuple", value: types },
  id,
});
const variant = (id: number, path: string[], name: string, index: number, ...types: TypeReference[]): TypeLeaf => ({
  path,
  definition: {
    type: "variant",
    value: { name, index, fields: types.map((type) => ({ name: undefined, type, typeName: undefined })) },
  },
  id,
});

/** An enum `Option` of which `None` is shown. */
const OPTION = 49;

test("each extension adds its parts, in the runtime's order", () => {
  const { extra, implicit, eras } = formatOf(EXTENSIONS);
  expect(extra).toEqual(["era", "nonce", "tip", "none", "mode"]);
  expect(implicit).toEqual(["specVersion", "transactionVersion", "genesisHash", "birthHash", "metadataHash"]);
  expect([...(eras ?? [])].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, phase) => 5 + 16 * phase));
  const turned = formatOf([...EXTENSIONS.slice(0, 8).toReversed(), ...EXTENSIONS.slice(8)]);
  expect(turned.extra).toEqual(["tip", "none", "nonce", "era", "mode"]);
  expect(turned.implicit).toEqual(["birthHash", "genesisHash", "transactionVersion", "specVersion", "metadataHash"]);
});

describe("PROTOCOL 3: known extensions", () => {
  test.each([
    "CheckSpecVersion",
    "CheckTxVersion",
    "CheckGenesis",
    "CheckMortality",
    "CheckNonce",
    "CheckMetadataHash",
  ])("%s must be there, once", (needed) => {
    const own = EXTENSIONS.filter(({ identifier }) => identifier === needed);
    expect(own).toHaveLength(1);
    expect(verdict(EXTENSIONS.filter(({ identifier }) => identifier !== needed))).toBe("proof/metadata-extension");
    expect(verdict([...own, ...EXTENSIONS])).toBe("proof/metadata-extension");
  });

  test("are of their exact types", () => {
    const wrong: [string, Partial<ExtensionTypes>][] = [
      ["CheckSpecVersion", { implicit: "u64" }],
      ["CheckSpecVersion", { extra: "u32" }],
      ["CheckTxVersion", { implicit: "compactU32" }],
      ["CheckGenesis", { implicit: "void" }],
      ["CheckGenesis", { implicit: 4 }],
      ["CheckMortality", { implicit: "u32" }],
      ["CheckMortality", { extra: "u16" }],
      ["CheckNonce", { extra: "u32" }],
      ["CheckNonce", { extra: "compactU64" }],
      ["CheckNonce", { implicit: "u8" }],
      ["ChargeAssetTxPayment", { extra: "compactU128" }],
      ["ChargeAssetTxPayment", { implicit: OPTION }],
      ["CheckMetadataHash", { extra: "u8" }],
      ["CheckMetadataHash", { implicit: OPTION }],
      ["CheckMetadataHash", { implicit: 3 }],
    ];
    for (const [identifier, change] of wrong)
      expect(verdict(changed(identifier, change)), JSON.stringify([identifier, change])).toBe(
        "proof/metadata-extension",
      );
  });

  test("may pay fees without a choice of asset", () => {
    const pays = (extra: TypeReference) =>
      EXTENSIONS.map((one) =>
        one.identifier === "ChargeAssetTxPayment"
          ? { identifier: "ChargeTransactionPayment", extra, implicit: "void" as const }
          : one,
      );
    expect(formatOf(pays(9000), [composite(9000, "compactU128")]).extra).toEqual(["era", "nonce", "tip", "mode"]);
    expect(verdict(pays("u128"))).toBe("proof/metadata-extension");
  });

  test("leave out the asset of a fee only where that is an option", () => {
    const pay = (...types: TypeReference[]) =>
      verdict(changed("ChargeAssetTxPayment", { extra: 9000 }), [composite(9000, ...types)]);
    expect(pay("compactU128", OPTION)).toBe("accepted");
    expect(pay("compactU128", "u32")).toBe("proof/metadata-extension");
    expect(pay("u128", OPTION)).toBe("proof/metadata-extension");
    expect(pay("compactU128", OPTION, OPTION)).toBe("proof/metadata-extension");
  });

  test("have a mode of which 1 is Enabled, and sign an option of 32 bytes of which 1 is Some", () => {
    const mode = (...leaf: [name: string, index: number, ...types: TypeReference[]]) =>
      verdict(changed("CheckMetadataHash", { extra: 9000 }), [variant(9000, ["Mode"], ...leaf)]);
    expect(mode("Enabled", 1)).toBe("accepted");
    expect(mode("Enabled", 2)).toBe("proof/metadata-extension");
    expect(mode("Disabled", 1)).toBe("proof/metadata-extension");
    expect(mode("Enabled", 1, "u8")).toBe("proof/metadata-extension");
    const option = (path: string, name: string, index: number, type: TypeReference) =>
      verdict(changed("CheckMetadataHash", { implicit: 9000 }), [variant(9000, [path], name, index, type)]);
    expect(option("Option", "Some", 1, 1)).toBe("accepted");
    expect(option("Maybe", "Some", 1, 1)).toBe("proof/metadata-extension");
    expect(option("Option", "Some", 0, 1)).toBe("proof/metadata-extension");
    expect(option("Option", "Other", 1, 1)).toBe("proof/metadata-extension");
    expect(option("Option", "Some", 1, "u256")).toBe("proof/metadata-extension");
  });
});

describe("PROTOCOL 3: eras", () => {
  const [content] = extrinsicSamples(PASSET_HUB.specVersion, PASSET_HUB_TRANSACTION_VERSION) as [
    ReturnType<typeof extrinsicSamples>[number],
  ];
  const era = (...leaf: [name: string, index: number, ...types: TypeReference[]]) => {
    const format = formatOf(changed("CheckMortality", { extra: 9000 }), [variant(9000, ["Era"], ...leaf)]);
    return outcome(() => signingPayload(format, { ...content, birth: { ...content.birth, number: 64 } }));
  };

  test("are encoded if their variant is proven, one byte in it", () => {
    expect(era("Mortal5", 5, "u8")).toBe("accepted");
    expect(era("Mortal6", 6, "u8")).toBe("proof/metadata-era");
    expect(era("Mortal6", 5, "u8")).toBe("proof/metadata-era");
    expect(era("Immortal", 5, "u8")).toBe("proof/metadata-era");
    expect(era("Mortal5", 5, "u16")).toBe("proof/metadata-era");
    expect(era("Mortal5", 5)).toBe("proof/metadata-era");
    expect(era("Mortal5", 5, "u8", "u8")).toBe("proof/metadata-era");
  });

  test("of another period than that of the proof can't be encoded", () => {
    const signed = (mortalPeriod: number) =>
      outcome(() => signingPayload(formatOf(EXTENSIONS), { ...content, mortalPeriod }));
    expect(signed(64)).toBe("accepted");
    expect(signed(32)).toBe("proof/metadata-era");
  });
});

describe("PROTOCOL 3: unknown extensions", () => {
  const unknown = (extra: TypeReference, implicit: TypeReference = "void"): ExtensionTypes => ({
    identifier: "AuthorizeCall",
    extra,
    implicit,
  });
  const placed = (extra: TypeReference, implicit: TypeReference, ...more: TypeLeaf[]) =>
    formatOf(before("CheckNonce", unknown(extra, implicit)), more);

  test("add nothing where they are empty, and a zero for each option", () => {
    const usual = formatOf(EXTENSIONS);
    for (const empty of [composite(9000), tuple(9000), composite(9000, "void", 9001), tuple(9000, 9001, 9001)]) {
      const { extra, implicit } = placed(9000, 9000, empty, tuple(9001));
      expect([extra, implicit]).toEqual([usual.extra, usual.implicit]);
    }
    expect(placed(OPTION, "void").extra).toEqual(["era", "none", "nonce", "tip", "none", "mode"]);
    const nested = placed(9000, 9000, composite(9000, OPTION, 9001), tuple(9001, "void", OPTION));
    expect(nested.extra).toEqual(["era", "none", "none", "nonce", "tip", "none", "mode"]);
    expect(nested.implicit.slice(4)).toEqual(["none", "none", "metadataHash"]);
  });

  test("that hold anything else are refused", () => {
    const refused: [TypeReference, ...TypeLeaf[]][] = [
      ["u8"],
      ["bool"],
      ["compactU8"],
      [4],
      [1],
      [9000, composite(9000, OPTION, "u8")],
      [9000, tuple(9000, 3)],
      [9000, variant(9000, ["Maybe"], "None", 0)],
      [9000, variant(9000, ["a", "Option"], "None", 0)],
      [9000, variant(9000, ["Option"], "None", 1)],
      [9000, variant(9000, ["Option"], "None", 0, "u8")],
      [9000, variant(9000, ["Option"], "Some", 1, "u8")],
    ];
    for (const [type, ...more] of refused) {
      expect(
        outcome(() => placed(type, "void", ...more)),
        String(type),
      ).toBe("proof/metadata-extension");
      expect(
        outcome(() => placed("void", type, ...more)),
        String(type),
      ).toBe("proof/metadata-extension");
    }
    expect(outcome(() => placed(9000, "void"))).toBe("proof/metadata-missing");
  });

  test("cost bounded work, however their types refer to each other", () => {
    const doubled = Array.from({ length: 15 }, (_, at) => composite(9000 + at, 9001 + at, 9001 + at));
    expect(outcome(() => placed(9000, "void", ...doubled, tuple(9015)))).toBe("proof/metadata-extension");
    const deep = Array.from({ length: 17 }, (_, at) => tuple(9000 + at, 9001 + at));
    expect(outcome(() => placed(9000, "void", ...deep, tuple(9017)))).toBe("proof/metadata-depth");
  });
});

test("PROTOCOL 3: nothing that isn't empty follows the metadata hash in what is signed", () => {
  const after = (implicit: TypeReference, ...more: TypeLeaf[]) =>
    verdict([...EXTENSIONS, { identifier: "Later", extra: OPTION, implicit }], more);
  expect(after("void")).toBe("accepted");
  expect(after(9000, composite(9000, 9001), tuple(9001))).toBe("accepted");
  expect(after(OPTION)).toBe("proof/metadata-order");
  expect(after(9000, composite(9000, OPTION))).toBe("proof/metadata-order");
  const genesisLast = [...EXTENSIONS.filter(({ identifier }) => identifier !== "CheckGenesis"), EXTENSIONS[3]];
  expect(EXTENSIONS[3]?.identifier).toBe("CheckGenesis");
  expect(verdict(genesisLast as ExtensionTypes[])).toBe("proof/metadata-order");
});
