import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_OPEN_RANGES, type Progress } from "./ledger/ledger.js";
import { close, isOpen, openBelow } from "./ranges.js";
import { refusal } from "./testing/refusal.js";

const NOTHING_DONE: Progress = { next: 0n, open: [] };

const closeAll = (numbers: readonly bigint[]): Progress => numbers.reduce(close, NOTHING_DONE);

describe("open ranges", () => {
  it("agree with a set of done numbers, whatever the order, and stay sorted and apart", () => {
    const numbers = fc.uniqueArray(fc.bigInt({ min: 0n, max: 60n }), { maxLength: 60 });
    fc.assert(
      fc.property(numbers, (done) => {
        const progress = closeAll(done);
        for (let n = 0n; n < 65n; n++) expect(isOpen(progress, n)).toBe(!done.includes(n));
        let end = -1n;
        for (const { from, to } of progress.open) {
          expect(from > end && to > from).toBe(true);
          end = to;
        }
        expect(end < progress.next).toBe(true);
        for (let count = 0n; count <= 65n; count++)
          expect(openBelow(progress, count)).toBe(count - BigInt(done.filter((number) => number < count).length));
      }),
    );
  });

  it("refuse a number that is done", () => {
    for (const number of [0n, 5n, 6n])
      expect(refusal(() => close(closeAll([0n, 5n, 6n]), number))).toBe("refused/already-done");
  });

  it("never outgrow what a ledger holds", () => {
    const odd = Array.from({ length: MAX_OPEN_RANGES }, (_, i) => BigInt(2 * i + 1));
    const full = closeAll(odd);
    expect(full.open).toHaveLength(MAX_OPEN_RANGES);
    expect(refusal(() => close(full, full.next + 1n))).toBe("refused/open-ranges");
    expect(close(full, full.next).open).toHaveLength(MAX_OPEN_RANGES);
    expect(close(full, 0n).open).toHaveLength(MAX_OPEN_RANGES - 1);
  });

  it("refuse a split that would make one too many", () => {
    const wide = close(NOTHING_DONE, 10n);
    const full = Array.from({ length: MAX_OPEN_RANGES - 1 }, (_, i) => BigInt(2 * i + 12)).reduce(close, wide);
    expect(full.open).toHaveLength(MAX_OPEN_RANGES);
    expect(refusal(() => close(full, 5n))).toBe("refused/open-ranges");
    expect(close(full, 9n).open).toHaveLength(MAX_OPEN_RANGES);
  });
});
