import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { listOf, pathOf } from "../testing/leaf-path.js";
import { append, CLEARED, clearLeaf, subtreeOf, verifyLeaf } from "./list.js";
import { ACCOUNTS, RELEASES, WAITING, type WaitingLeaf } from "./lists.js";

const leaves = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 40 });
const deposits = (count: number): readonly WaitingLeaf[] =>
  Array.from({ length: count }, (_, i) => ({ type: "deposit", value: BigInt(i) }) as const);
const leafOf = (index: number): WaitingLeaf => ({ type: "deposit", value: BigInt(index) });

describe("PROTOCOL 2: lists", () => {
  it("prove every leaf at its index, and there alone", () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (accounts, a, b) => {
        const index = a % accounts.length;
        const other = b % accounts.length;
        const list = append(ACCOUNTS, EMPTY_ACCUMULATOR, accounts);
        const leaf = accounts[index] ?? filled(32, 0);
        const path = pathOf(ACCOUNTS, accounts, BigInt(index));
        verifyLeaf(ACCOUNTS, list, BigInt(index), leaf, path);
        if (index !== other)
          expect(outcome(() => verifyLeaf(ACCOUNTS, list, BigInt(other), leaf, path))).toMatch(/^proof\/list-/);
      }),
    );
  });

  it("are the same whether leaves come at once or one by one", () => {
    fc.assert(
      fc.property(leaves, (accounts) => {
        const oneByOne = accounts.reduce((sum, leaf) => append(ACCOUNTS, sum, [leaf]), EMPTY_ACCUMULATOR);
        expect(oneByOne).toEqual(listOf(ACCOUNTS, accounts));
      }),
    );
  });

  it("hold leaf k in the frozen subtree that it falls in", () => {
    const list = listOf(WAITING, deposits(13));
    const places = Array.from({ length: 13 }, (_, i) => subtreeOf(list, BigInt(i)));
    expect(places.map(({ root }) => root)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2]);
    expect(places.map(({ height }) => height)).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 0]);
    expect(places[12]?.start).toBe(12n);
  });

  it("refuse an index at or above the leaf count", () => {
    const accounts = [filled(32, 1), filled(32, 2), filled(32, 3)];
    const list = listOf(ACCOUNTS, accounts);
    for (const index of [3n, 4n, 2n + (1n << 32n), -1n])
      expect(outcome(() => verifyLeaf(ACCOUNTS, list, index, filled(32, 3), []))).toBe("proof/list-bounds");
    expect(outcome(() => verifyLeaf(ACCOUNTS, EMPTY_ACCUMULATOR, 0n, filled(32, 1), []))).toBe("proof/list-bounds");
  });

  it("refuse siblings added, dropped or changed", () => {
    const list = listOf(WAITING, deposits(6));
    const path = pathOf(WAITING, deposits(6), 1n);
    const verify = (wrong: readonly Uint8Array[]) => outcome(() => verifyLeaf(WAITING, list, 1n, leafOf(1), wrong));
    for (const wrong of [path.slice(1), [...path, filled(32, 0)], []]) expect(verify(wrong)).toBe("proof/list-path");
    expect(verify([...path].reverse())).toBe("proof/list-leaf");
    expect(verify(path.map(() => filled(32, 0)))).toBe("proof/list-leaf");
  });

  it("clear leaves one after the other, in any order, each once and nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.infiniteStream(fc.nat()), (count, choice) => {
        const kept: (WaitingLeaf | undefined)[] = [...deposits(count)];
        let list = listOf(WAITING, deposits(count));
        const left = kept.map((_, i) => i);
        while (left.length > 0) {
          const [index = 0] = left.splice((choice.next().value ?? 0) % left.length, 1);
          list = clearLeaf(WAITING, list, BigInt(index), leafOf(index), pathOf(WAITING, kept, BigInt(index)));
          kept[index] = undefined;
          for (const other of left)
            verifyLeaf(WAITING, list, BigInt(other), leafOf(other), pathOf(WAITING, kept, BigInt(other)));
          const again = pathOf(WAITING, kept, BigInt(index));
          expect(outcome(() => clearLeaf(WAITING, list, BigInt(index), leafOf(index), again))).toBe("proof/list-leaf");
        }
        expect(list.numLeaves).toBe(BigInt(count));
      }),
      { numRuns: 10 },
    );
  });

  it("refuse to clear by a path from before another was cleared in the same subtree", () => {
    const before = deposits(4);
    const list = listOf(WAITING, before);
    const cleared = clearLeaf(WAITING, list, 0n, leafOf(0), pathOf(WAITING, before, 0n));
    const stale = pathOf(WAITING, before, 1n);
    expect(outcome(() => clearLeaf(WAITING, cleared, 1n, leafOf(1), stale))).toBe("proof/list-leaf");
  });

  it("stay in their other subtrees what they were where one is cleared, and grow as before", () => {
    const before = deposits(13);
    const list = listOf(WAITING, before);
    const cleared = clearLeaf(WAITING, list, 9n, leafOf(9), pathOf(WAITING, before, 9n));
    const [a, b, c] = list.frozenSubtreeRoots;
    expect(cleared.frozenSubtreeRoots).toEqual([a, cleared.frozenSubtreeRoots[1], c]);
    expect(cleared.frozenSubtreeRoots[1]).not.toEqual(b);
    const grown = append(WAITING, cleared, [leafOf(13), leafOf(14), leafOf(15)]);
    const known = [...before.slice(0, 9), undefined, ...before.slice(10), leafOf(13), leafOf(14), leafOf(15)];
    for (const index of [0, 8, 12, 15])
      verifyLeaf(WAITING, grown, BigInt(index), leafOf(index), pathOf(WAITING, known, BigInt(index)));
  });

  it("clear a leaf that is a subtree by itself to the constant", () => {
    const list = listOf(WAITING, deposits(1));
    expect(clearLeaf(WAITING, list, 0n, leafOf(0), []).frozenSubtreeRoots).toEqual([CLEARED]);
  });

  it("tell a deposit's number from a release's index", () => {
    const list = listOf(WAITING, [leafOf(5)]);
    expect(outcome(() => clearLeaf(WAITING, list, 0n, { type: "release", value: 5n }, []))).toBe("proof/list-leaf");
  });

  it("have seeds of their own", () => {
    const [a, b] = [filled(32, 1), filled(32, 2)];
    const hashes = [
      ACCOUNTS.nodeHash(a, b),
      RELEASES.nodeHash(a, b),
      WAITING.nodeHash(a, b),
      hashTransactionAccumulatorNode(a, b),
      ACCOUNTS.leafHash(a),
      CLEARED,
    ];
    expect(new Set(hashes.map(String)).size).toBe(hashes.length);
  });
});
