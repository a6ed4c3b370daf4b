import { describe, expect, it } from "vitest";
import { rangesOf } from "./event-ranges.js";

const key = new Uint8Array(24);
const plain = (numbers: readonly bigint[]) => rangesOf(key, numbers).map(({ from, to }) => [from, to]);

describe("rangesOf", () => {
  it("joins neighbours and nothing else", () => {
    expect(plain([])).toEqual([]);
    expect(plain([3n])).toEqual([[3n, 4n]]);
    expect(plain([0n, 1n, 2n, 5n, 6n, 9n])).toEqual([
      [0n, 3n],
      [5n, 7n],
      [9n, 10n],
    ]);
  });

  it("asks for no more than a node's page at once", () => {
    const numbers = Array.from({ length: 2_500 }, (_, i) => BigInt(i));
    expect(plain(numbers)).toEqual([
      [0n, 1000n],
      [1000n, 2000n],
      [2000n, 2500n],
    ]);
  });
});
