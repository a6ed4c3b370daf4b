import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitRanges, rangesOf } from "./event-ranges.js";

const key = new Uint8Array(24);
const plain = (numbers: readonly bigint[]) => rangesOf(key, numbers).map(({ from, to }) => [from, to]);
const sorted = (numbers: readonly bigint[]): readonly bigint[] => [...numbers].sort((a, b) => (a < b ? -1 : 1));

describe("ranges of events", () => {
  it("join what lies near, and tell what of it is wanted", () => {
    expect(plain([])).toEqual([]);
    expect(plain([3n])).toEqual([[3n, 4n]]);
    expect(plain([0n, 1n, 5n, 22n, 40n])).toEqual([
      [0n, 23n],
      [40n, 41n],
    ]);
    expect(rangesOf(key, [0n, 5n])).toEqual([{ key, from: 0n, to: 6n, numbers: [0n, 5n] }]);
  });

  it("ask for no more than a node's page at once", () => {
    const numbers = Array.from({ length: 2_500 }, (_, i) => BigInt(i));
    expect(plain(numbers)).toEqual([
      [0n, 1000n],
      [1000n, 2000n],
      [2000n, 2500n],
    ]);
  });

  it("are never more than asked for, first come, first served", () => {
    expect(fitRanges([100n, 0n, 101n, 50n, 10n], 2)).toEqual([100n, 0n, 101n, 10n]);
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 900n })), fc.integer({ min: 1, max: 12 }), (numbers, most) => {
        const fitting = fitRanges(numbers, most);
        expect(rangesOf(key, sorted(fitting)).length).toBeLessThanOrEqual(most);
        expect(fitting[0]).toBe(numbers[0]);
      }),
    );
  });

  it("take in what joins two of them", () => {
    expect(sorted(fitRanges([0n, 30n, 15n, 60n], 2))).toEqual([0n, 15n, 30n, 60n]);
  });
});
