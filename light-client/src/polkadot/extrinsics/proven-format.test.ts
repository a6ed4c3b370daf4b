import { describe, expect, test } from "vitest";
import { concat, equal, toHex } from "../../bytes.js";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { type MetadataProof, metadataProof } from "../metadata/metadata-proof.js";
import { type TypeLeaf, typeLeaf } from "../metadata/type-leaf.js";
import type { TypeReference } from "../metadata/type-reference.js";
import { extrinsicSamples, SAMPLE_SEED } from "../testing/extrinsic-samples.js";
import {
  PASSET_HUB,
  PASSET_HUB_DIGEST,
  PASSET_HUB_EXTRINSICS,
  PASSET_HUB_PROOF,
  PASSET_HUB_TRANSACTION_VERSION,
} from "../testing/passet-hub.js";
import { prunedProof } from "../testing/pruned-proof.js";
import { modelOf, type RuntimeModel, wholeTreeProof } from "../testing/whole-tree-proof.js";
import { approveTransfer, batchAll, mint, remark } from "./call.js";
import { encodeCall } from "./encode-call.js";
import { provenFormat } from "./proven-format.js";
import { buildExtrinsic, signingPayload } from "./signed-extrinsic.js";

const samples = extrinsicSamples(PASSET_HUB.specVersion, PASSET_HUB_TRANSACTION_VERSION);
const format = provenFormat(PASSET_HUB_PROOF, PASSET_HUB, "Assets");
const who = (mark: number) => new Uint8Array(32).fill(mark);

test("extrinsics are those that @polkadot/api writes from the runtime's metadata", () => {
  expect(PASSET_HUB_EXTRINSICS).toHaveLength(samples.length);
  samples.forEach((content, at) => {
    const expected = PASSET_HUB_EXTRINSICS[at] ?? new Uint8Array(0);
    expect(toHex(buildExtrinsic(format, content, SAMPLE_SEED)), content.call.type).toBe(toHex(expected));
  });
});

test("what is signed ends with 1 and the digest, which the format tells", () => {
  expect(format.metadataHash).toEqual(PASSET_HUB_DIGEST);
  const [content] = samples as [(typeof samples)[number]];
  const payload = signingPayload(format, { ...content, call: batchAll([]) });
  expect(payload.subarray(-33)).toEqual(concat(Uint8Array.of(1), PASSET_HUB_DIGEST));
});

test("PROTOCOL 3: a proof of another spec version or name than the proven one is refused", () => {
  const verdict = (proven: typeof PASSET_HUB) => outcome(() => provenFormat(PASSET_HUB_PROOF, proven, "Assets"));
  expect(verdict(PASSET_HUB)).toBe("accepted");
  expect(verdict({ ...PASSET_HUB, specVersion: 1019003 })).toBe("proof/metadata-runtime");
  expect(verdict({ ...PASSET_HUB, specName: "statemint" })).toBe("proof/metadata-runtime");
});

const MODEL = modelOf(PASSET_HUB_PROOF);

const isVariant = (leaf: TypeLeaf, path: string, name: string): boolean =>
  leaf.path.join("::") === path && leaf.definition.type === "variant" && leaf.definition.value.name === name;

/** The format by a runtime like passet-hub's but for one change. */
const formatOf = (model: RuntimeModel, assetsPallet = "Assets") =>
  provenFormat(wholeTreeProof(model, PASSET_HUB_PROOF), PASSET_HUB, assetsPallet);
const verdict = (model: RuntimeModel, assetsPallet?: string) => outcome(() => formatOf(model, assetsPallet));

const mapLeaves = (change: (leaf: TypeLeaf) => TypeLeaf, more: readonly TypeLeaf[] = []): RuntimeModel => ({
  ...MODEL,
  leaves: [...MODEL.leaves.map(change), ...more],
});

type Variant = Extract<TypeLeaf["definition"], { type: "variant" }>["value"];
type Field = Variant["fields"][number];

/** Changes one variant of the enums with a path. */
const withVariant = (
  path: string,
  name: string,
  change: (variant: Variant) => Variant,
  more: readonly TypeLeaf[] = [],
): RuntimeModel =>
  mapLeaves(
    (leaf) =>
      isVariant(leaf, path, name) && leaf.definition.type === "variant"
        ? { ...leaf, definition: { type: "variant", value: change(leaf.definition.value) } }
        : leaf,
    more,
  );

const withFields = (path: string, name: string, change: (fields: readonly Field[]) => readonly Field[]) =>
  withVariant(path, name, (variant) => ({ ...variant, fields: change(variant.fields) }));

const retyped =
  (name: string | undefined, type: TypeReference) =>
  (fields: readonly Field[]): readonly Field[] =>
    fields.map((field) => (field.name === name ? { ...field, type } : field));

const array = (id: number, length: number, item: TypeReference = "u8"): TypeLeaf => ({
  path: [],
  definition: { type: "array", value: { length, item } },
  id,
});

const ASSETS = "pallet_assets::pallet::Call";
const RUNTIME = "passet_hub_runtime::RuntimeCall";

test("leaves that nothing needs are ignored", () => {
  expect(formatOf(mapLeaves((leaf) => leaf, [array(9000, 5), array(9001, 1, 9002)])).calls).toEqual(format.calls);
});

describe("PROTOCOL 3: calls", () => {
  const withoutPallet = (name: string): RuntimeModel => ({
    ...MODEL,
    leaves: MODEL.leaves.filter((leaf) => !isVariant(leaf, RUNTIME, name)),
  });

  test("whose types aren't in the proof can't be encoded", () => {
    const pruned = provenFormat(
      prunedProof(PASSET_HUB_PROOF, (leaf) => !isVariant(leaf, ASSETS, "mint")),
      PASSET_HUB,
      "Assets",
    );
    expect(pruned.metadataHash).toEqual(PASSET_HUB_DIGEST);
    expect(outcome(() => encodeCall(pruned, mint(1, who(1), 1n)))).toBe("proof/metadata-call");
    expect(encodeCall(pruned, remark(who(1)))).toEqual(encodeCall(format, remark(who(1))));
    expect(outcome(() => encodeCall(formatOf(withoutPallet("Utility")), batchAll([])))).toBe("proof/metadata-call");
  });

  test("are those of the pallet that the configuration names", () => {
    const renamed = withVariant(RUNTIME, "Assets", (variant) => ({ ...variant, name: "PoolAssets", index: 55 }));
    expect(formatOf(renamed).calls.mint).toBeUndefined();
    expect(formatOf(renamed, "PoolAssets").calls.mint?.index).toEqual([55, 6]);
  });

  test("must lie in the pallets' own enums, alone in the pallet's variant", () => {
    const elsewhere = mapLeaves((leaf) =>
      leaf.path.join("::") === ASSETS ? { ...leaf, path: ["pallet_balances", "pallet", "Call"] } : leaf,
    );
    expect(verdict(elsewhere)).toBe("proof/metadata-call");
    for (const pallet of ["System", "Utility", "Assets"])
      expect(verdict(withFields(RUNTIME, pallet, (fields) => [...fields, ...fields]))).toBe("proof/metadata-call");
    expect(verdict(withFields(RUNTIME, "System", () => []))).toBe("proof/metadata-call");
    expect(verdict({ ...MODEL, extrinsic: { ...MODEL.extrinsic, call: "u8" } })).toBe("proof/metadata-call");
    expect(verdict({ ...MODEL, extrinsic: { ...MODEL.extrinsic, call: 9000 } })).toBe("proof/metadata-missing");
  });

  test("move with the runtime's indices", () => {
    const moved = formatOf(withVariant(ASSETS, "mint", (variant) => ({ ...variant, index: 200 })));
    expect(encodeCall(moved, mint(1, who(1), 1n)).subarray(0, 2)).toEqual(Uint8Array.of(50, 200));
  });

  test("of a batch are a list of the runtime's calls", () => {
    const other = withFields("pallet_utility::pallet::Call", "batch_all", retyped("calls", 4));
    expect(verdict(other)).toBe("proof/metadata-argument");
  });
});

describe("PROTOCOL 3: arguments", () => {
  test("are exactly the expected ones", () => {
    const change = (fields: (fields: readonly Field[]) => readonly Field[]) =>
      verdict(withFields(ASSETS, "mint", fields));
    expect(change((fields) => fields)).toBe("accepted");
    expect(change((fields) => fields.slice(1))).toBe("proof/metadata-call");
    expect(change((fields) => [...fields, { name: "memo", type: "u8", typeName: undefined }])).toBe(
      "proof/metadata-call",
    );
    expect(change((fields) => [...fields, ...fields.slice(0, 1)])).toBe("proof/metadata-call");
    const renamed = (name: string | undefined) => (fields: readonly Field[]) =>
      fields.map((field) => (field.name === "amount" ? { ...field, name } : field));
    for (const name of ["value", undefined, "toString"]) expect(change(renamed(name))).toBe("proof/metadata-call");
  });

  test("are encoded in the runtime's order", () => {
    const turned = formatOf(withFields(ASSETS, "approve_transfer", (fields) => fields.toReversed()));
    expect(toHex(encodeCall(turned, approveTransfer(7, who(9), 1n)))).toBe(`32160400${toHex(who(9))}1c`);
  });

  test("that are integers may be compact or not", () => {
    const plain = formatOf(
      withFields(ASSETS, "mint", (fields) => retyped("id", "u32")(retyped("amount", "u128")(fields))),
    );
    expect(toHex(encodeCall(plain, mint(7, who(9), 5n)))).toBe(`32060700000000${toHex(who(9))}05${"00".repeat(15)}`);
    for (const type of ["u64", "compactU64", "compactU128", "void"] as const)
      expect(verdict(withFields(ASSETS, "mint", retyped("id", type)))).toBe("proof/metadata-argument");
    for (const type of ["u64", "compactU32", "u256"] as const)
      expect(verdict(withFields(ASSETS, "mint", retyped("amount", type)))).toBe("proof/metadata-argument");
  });

  test("that are accounts are `MultiAddress::Id` of 32 bytes", () => {
    const MULTI_ADDRESS = "sp_runtime::multiaddress::MultiAddress";
    const id = (change: (variant: Variant) => Variant, more: readonly TypeLeaf[] = []) =>
      verdict(withVariant(MULTI_ADDRESS, "Id", change, more));
    expect(verdict(withFields(ASSETS, "mint", retyped("beneficiary", 0)))).toBe("proof/metadata-argument");
    // The signer's address is of the same type.
    expect(id((variant) => ({ ...variant, index: 1 }))).toBe("proof/metadata-signer");
    expect(id((variant) => ({ ...variant, name: "Raw" }))).toBe("proof/metadata-signer");
    expect(id((variant) => ({ ...variant, fields: [] }))).toBe("proof/metadata-signer");
    const short = [array(9000, 31), array(9001, 32, "i8")];
    for (const { id: type } of short)
      expect(id((variant) => ({ ...variant, fields: retyped(undefined, type)(variant.fields) }), short)).toBe(
        "proof/metadata-signer",
      );
  });

  test("that are bytes are a list of u8", () => {
    expect(verdict(withFields("frame_system::pallet::Call", "remark", retyped("remark", 1)))).toBe(
      "proof/metadata-argument",
    );
  });
});

test("PROTOCOL 3: signatures are `MultiSignature::Ed25519` of 64 bytes", () => {
  const SIGNATURE = "sp_runtime::MultiSignature";
  const change = (change: (variant: Variant) => Variant) => verdict(withVariant(SIGNATURE, "Ed25519", change));
  expect(change((variant) => variant)).toBe("accepted");
  expect(change((variant) => ({ ...variant, index: 1 }))).toBe("proof/metadata-signer");
  expect(change((variant) => ({ ...variant, name: "Sr25519" }))).toBe("proof/metadata-signer");
  expect(change((variant) => ({ ...variant, fields: retyped(undefined, 1)(variant.fields) }))).toBe(
    "proof/metadata-signer",
  );
});

describe("a proof of which any byte was changed", () => {
  const [content] = samples as [(typeof samples)[number]];
  const call = batchAll([mint(7, who(1), 1n), remark(who(2))]);
  const sign = (read: MetadataProof) => {
    const by = provenFormat(read, PASSET_HUB, "Assets");
    return { digest: by.metadataHash as Uint8Array, payload: signingPayload(by, { ...content, call }) };
  };

  /** The smallest proof for that call: a leaf less, and it can't be encoded. */
  const least = PASSET_HUB_PROOF.leaves.reduce((proof, { type }) => {
    const without = prunedProof(proof, (leaf) => !equal(encode(typeLeaf, leaf), type));
    return outcome(() => sign(without)) === "accepted" ? without : proof;
  }, PASSET_HUB_PROOF);
  const { digest, payload } = sign(least);
  const written = encode(metadataProof, least);

  const check = (at: number, mask: number): string => {
    const changed = written.slice();
    changed[at] = (changed[at] ?? 0) ^ mask;
    return outcome(() => {
      const other = sign(decode(metadataProof, changed));
      expect(equal(other.digest, digest)).toBe(equal(other.payload, payload));
    });
  };

  test("is refused, or leads to another digest, or encodes the same", () => {
    expect(digest).toEqual(PASSET_HUB_DIGEST);
    const nodesBegin = written.length - 32 * least.nodes.length;
    const codes = new Set<string>();
    for (let at = 0; at < written.length; at++)
      for (const mask of at < nodesBegin ? [0x01, 0x80] : [0x10]) codes.add(check(at, mask));
    for (const code of codes) expect(code).toMatch(/^(accepted$|decode\/|proof\/metadata-)/);
    expect(codes.size).toBeGreaterThan(10);
  });
});
