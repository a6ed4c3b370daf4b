import { ACCUMULATOR_PLACEHOLDER_HASH, hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCOUNTS, append, proveLeaf, RELEASES, verifyLeaf } from "./list.js";
import { filled } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";

const leaves = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 40 });

describe("the ledger's accumulators", () => {
  it("prove every leaf at its index, and there alone", () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (accounts, a, b) => {
        const index = a % accounts.length;
        const other = b % accounts.length;
        const accumulator = append(ACCOUNTS, EMPTY_ACCUMULATOR, accounts);
        const proof = proveLeaf(ACCOUNTS, accounts, index);
        verifyLeaf(ACCOUNTS, accumulator, BigInt(index), proof);
        if (index !== other)
          expect(refusal(() => verifyLeaf(ACCOUNTS, accumulator, BigInt(other), proof))).toMatch(/^proof\//);
      }),
    );
  });

  it("are the same whether leaves come at once or one by one", () => {
    fc.assert(
      fc.property(leaves, (accounts) => {
        const oneByOne = accounts.reduce((sum, leaf) => append(ACCOUNTS, sum, [leaf]), EMPTY_ACCUMULATOR);
        expect(oneByOne).toEqual(append(ACCOUNTS, EMPTY_ACCUMULATOR, accounts));
      }),
    );
  });

  it("refuse an index at or above the leaf count, also where the placeholder stands", () => {
    const accounts = [filled(32, 1), filled(32, 2), filled(32, 3)];
    const accumulator = append(ACCOUNTS, EMPTY_ACCUMULATOR, accounts);
    const { leaf, siblings } = proveLeaf(ACCOUNTS, accounts, 2);
    for (const index of [3n, 4n, 2n + (1n << 32n)])
      expect(refusal(() => verifyLeaf(ACCOUNTS, accumulator, index, { leaf, siblings }))).toBe(
        "proof/accumulator-bounds",
      );
    const forged = { leaf: ACCUMULATOR_PLACEHOLDER_HASH, siblings };
    expect(refusal(() => verifyLeaf(ACCOUNTS, accumulator, 2n, forged))).toBe("proof/accumulator-root");
  });

  it("refuse siblings added, dropped or changed", () => {
    const accounts = [filled(32, 1), filled(32, 2), filled(32, 3)];
    const accumulator = append(ACCOUNTS, EMPTY_ACCUMULATOR, accounts);
    const { leaf, siblings } = proveLeaf(ACCOUNTS, accounts, 1);
    for (const wrong of [siblings.slice(1), [...siblings, filled(32, 0)], [...siblings].reverse(), []])
      expect(refusal(() => verifyLeaf(ACCOUNTS, accumulator, 1n, { leaf, siblings: wrong }))).toMatch(/^proof\//);
  });

  it("have seeds of their own", () => {
    const [a, b] = [filled(32, 1), filled(32, 2)];
    const hashes = [
      ACCOUNTS.nodeHash(a, b),
      RELEASES.nodeHash(a, b),
      hashTransactionAccumulatorNode(a, b),
      ACCOUNTS.leafHash(a),
    ];
    expect(new Set(hashes.map(String)).size).toBe(hashes.length);
  });
});
