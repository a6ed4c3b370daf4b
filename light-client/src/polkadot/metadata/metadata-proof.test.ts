import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, equal, toHex } from "../../bytes.js";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { flipBit } from "../testing/flip-bit.js";
import { PASSET_HUB_DIGEST, PASSET_HUB_PROOF } from "../testing/passet-hub.js";
import { modelOf, wholeTreeProof } from "../testing/whole-tree-proof.js";
import { type MetadataProof, metadataProof, provenMetadata } from "./metadata-proof.js";

const PROOF = PASSET_HUB_PROOF;

test("a proof leads to the digest that the runtime has built in", () => {
  expect(toHex(provenMetadata(PROOF).digest)).toBe(toHex(PASSET_HUB_DIGEST));
});

test("every part that is no type is in the digest", () => {
  const others: Partial<MetadataProof>[] = [
    { specVersion: 1 },
    { specName: "statemint" },
    { base58Prefix: 0 },
    { decimals: 12 },
    { tokenSymbol: "DOT" },
  ];
  for (const other of others) expect(provenMetadata({ ...PROOF, ...other }).digest).not.toEqual(PASSET_HUB_DIGEST);
});

test("PROTOCOL 3: extrinsics of another version than 4 are refused", () => {
  const extrinsic = concat(Uint8Array.of(5), PROOF.extrinsic.subarray(1));
  expect(outcome(() => provenMetadata({ ...PROOF, extrinsic }))).toBe("proof/metadata-extrinsic-version");
});

describe("leaves are decoded strictly:", () => {
  const withLeaf = (type: Uint8Array) =>
    outcome(() => provenMetadata({ ...PROOF, leaves: [{ index: 0, type }], nodes: [] }));
  // No path, a sequence of u8, type 1.
  const leaf = [0, 2, 3, 4];
  test.each([
    ["one that is", leaf, "accepted"],
    ["bytes after it", [...leaf, 0], "decode/trailing"],
    ["no type's number", leaf.slice(0, 3), "decode/truncated"],
    ["an unknown definition", [0, 6, 3, 4], "decode/variant"],
    ["a number in a longer form", [0, 2, 3, 5, 0], "decode/compact"],
    ["a path that is no UTF-8", [4, 4, 0xff, 2, 3, 4], "decode/utf8"],
    ["a variant's index of two bytes", [0, 1, 0, 0, 1, 4, 4], "decode/variant-index"],
    ["an option that is neither", [0, 0, 4, 2, 3, 0, 4], "decode/option"],
  ])("%s", (_, type, code) => {
    expect(withLeaf(Uint8Array.from(type))).toBe(code);
  });
});

test("the extrinsics' description is decoded strictly", () => {
  const verdict = (extrinsic: Uint8Array) => outcome(() => provenMetadata({ ...PROOF, extrinsic }));
  expect(verdict(concat(PROOF.extrinsic, Uint8Array.of(0)))).toBe("decode/trailing");
  expect(verdict(PROOF.extrinsic.subarray(0, -1))).toBe("decode/truncated");
});

test("PROTOCOL 3: a proof is bounded in every part", () => {
  const leaf = { index: 0, type: new Uint8Array(0) };
  const limits: [(size: number) => Partial<MetadataProof>, number][] = [
    [(size) => ({ leaves: Array.from({ length: size }, () => leaf) }), 128],
    [(size) => ({ leaves: [{ index: 0, type: new Uint8Array(size) }] }), 2_048],
    [(size) => ({ nodes: Array.from({ length: size }, () => new Uint8Array(32)) }), 1_024],
    [(size) => ({ extrinsic: new Uint8Array(size) }), 8_192],
    [(size) => ({ specName: "n".repeat(size) }), 64],
    [(size) => ({ tokenSymbol: "s".repeat(size) }), 64],
  ];
  for (const [part, limit] of limits) {
    const written = encode(metadataProof, { ...PROOF, ...part(limit) });
    expect(decode(metadataProof, written)).toMatchObject(part(limit));
    expect(() => encode(metadataProof, { ...PROOF, ...part(limit + 1) })).toThrow(RangeError);
  }
});

test("a proof of all leaves is as good as one of some", () => {
  const whole = wholeTreeProof(modelOf(PROOF), PROOF);
  expect(provenMetadata(whole).types).toEqual(provenMetadata(PROOF).types);
  expect(provenMetadata(whole).digest).not.toEqual(PASSET_HUB_DIGEST);
});

test("any bits changed are refused, or lead to another digest, or show the same", () => {
  const written = encode(metadataProof, PROOF);
  const { types, extrinsic } = provenMetadata(PROOF);
  const check = (changed: Uint8Array) => {
    const code = outcome(() => {
      const read = provenMetadata(decode(metadataProof, changed));
      if (!equal(read.digest, PASSET_HUB_DIGEST)) return;
      // Where a leaf stands isn't vouched for: only which one it is.
      expect(read.types).toEqual(types);
      expect(read.extrinsic).toEqual(extrinsic);
    });
    expect(code).toMatch(/^(accepted$|decode\/|proof\/metadata-)/);
  };
  fc.assert(
    fc.property(fc.array(fc.nat(8 * written.length - 1), { minLength: 1, maxLength: 3 }), (bits) =>
      check(bits.reduce(flipBit, written)),
    ),
    { numRuns: 300 },
  );
});
