import { describe, expect, it } from "vitest";
import { nextPages } from "./payout-watch.js";

describe("the way through custody's sent events", () => {
  it("begins with those that the ledger hasn't folded, in order", () => {
    expect(nextPages(undefined, 10n, 500n, 750n)).toEqual([
      { from: 500n, to: 700n },
      { from: 700n, to: 750n },
    ]);
  });

  it("goes on with what is new, and back to genesis where nothing is", () => {
    expect(nextPages({ from: 500n, to: 750n }, 10n, 600n, 751n)).toEqual([{ from: 750n, to: 751n }]);
    expect(nextPages({ from: 500n, to: 751n }, 10n, 600n, 751n)).toEqual([{ from: 300n, to: 500n }]);
    expect(nextPages({ from: 100n, to: 751n }, 10n, 600n, 751n)).toEqual([{ from: 10n, to: 100n }]);
    expect(nextPages({ from: 10n, to: 751n }, 10n, 600n, 751n)).toEqual([]);
  });

  it("reads a long backlog over several polls", () => {
    expect(nextPages(undefined, 0n, 0n, 1_000_000n)).toHaveLength(20);
  });
});
