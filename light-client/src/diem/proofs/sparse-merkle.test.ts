import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { SPARSE_MERKLE_PLACEHOLDER_HASH } from "../hashing.js";
import { hashOfText } from "../testing/ledger.js";
import { accepted, flips, sequenceMutations } from "../testing/mutations.js";
import { buildSparseMerkleTree } from "../testing/sparse-merkle-tree.js";
import { type SparseMerkleProof, sparseMerkleProof, verifySparseMerkle } from "./sparse-merkle.js";

const keyOf = (i: number): Uint8Array => hashOfText(`key ${i}`);
const hashedValue = (i: number): Uint8Array => hashOfText(`value ${i}`);
const treeOf = (count: number) =>
  buildSparseMerkleTree(Array.from({ length: count }, (_, i) => [keyOf(i), hashedValue(i)]));

/** A tree, a key in it or not, and the hash of its value if it has one. */
const cases = fc.tuple(fc.nat(20), fc.nat(30)).map(([count, i]) => {
  const { root, prove } = treeOf(count);
  return { root, key: keyOf(i), value: i < count ? hashedValue(i) : undefined, proof: prove(keyOf(i)) };
});

describe("a sparse Merkle proof", () => {
  test("shows presence and absence, and never both", () => {
    fc.assert(
      fc.property(cases, ({ root, key, value, proof }) => {
        verifySparseMerkle(root, key, value, proof);
        const opposite = value === undefined ? hashOfText("value") : undefined;
        expect(outcome(() => verifySparseMerkle(root, key, opposite, proof))).not.toBe("accepted");
      }),
    );
  });

  test("of an empty tree is the placeholder alone", () => {
    verifySparseMerkle(SPARSE_MERKLE_PLACEHOLDER_HASH, keyOf(0), undefined, { leaf: undefined, siblings: [] });
  });

  test("fails with any byte flipped", () => {
    fc.assert(
      fc.property(cases, ({ root, key, value, proof }) => {
        const check = (bytes: Uint8Array) => verifySparseMerkle(root, key, value, decode(sparseMerkleProof, bytes));
        const honest = encode(sparseMerkleProof, proof).slice();
        check(honest);
        expect(accepted(flips(honest), check)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test("fails with any sibling added, dropped, repeated or swapped", () => {
    fc.assert(
      fc.property(cases, ({ root, key, value, proof }) => {
        for (const foreign of [hashOfText("foreign"), SPARSE_MERKLE_PLACEHOLDER_HASH]) {
          const mutations = sequenceMutations(proof.siblings, foreign);
          const check = (siblings: readonly Uint8Array[]) =>
            verifySparseMerkle(root, key, value, { ...proof, siblings });
          expect(accepted(mutations, check)).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("of one key shows neither presence nor absence of another one", () => {
    const { root, prove } = treeOf(8);
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < 8; j++) {
        if (i === j) continue;
        expect(outcome(() => verifySparseMerkle(root, keyOf(j), hashedValue(j), prove(keyOf(i))))).toBe(
          "proof/sparse-merkle-key",
        );
        expect(outcome(() => verifySparseMerkle(root, keyOf(j), undefined, prove(keyOf(i))))).toBe(
          "proof/sparse-merkle-key",
        );
      }
  });

  test("says by its code what is wrong", () => {
    const { root, prove } = treeOf(8);
    const proof = prove(keyOf(0));
    const run = (value: Uint8Array | undefined, other: SparseMerkleProof) =>
      outcome(() => verifySparseMerkle(root, keyOf(0), value, other));
    expect(run(hashedValue(1), proof)).toBe("proof/sparse-merkle-value");
    expect(run(undefined, proof)).toBe("proof/sparse-merkle-present");
    expect(run(hashedValue(0), { ...proof, leaf: undefined })).toBe("proof/sparse-merkle-absent");
    expect(run(hashedValue(0), { ...proof, siblings: [] })).toBe("proof/sparse-merkle-root");
    const deep = Array.from({ length: 257 }, () => SPARSE_MERKLE_PLACEHOLDER_HASH);
    expect(run(hashedValue(0), { ...proof, siblings: deep })).toBe("proof/sparse-merkle-depth");
  });
});
