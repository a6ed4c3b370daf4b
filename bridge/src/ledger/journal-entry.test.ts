import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryOf } from "../settlement/assemble-batch.js";
import { filled } from "../testing/config.js";
import { releaseOf } from "../testing/payouts.js";
import { exampleLedger } from "../testing/world.js";
import { journalEntry, numbersOf, runsOf } from "./journal-entry.js";

describe("PROTOCOL 3: a batch's journal entry", () => {
  it("is the same after encoding and decoding, and says its version", () => {
    const entry = entryOf(exampleLedger, {
      accounts: [filled(32, 1)],
      releases: [releaseOf()],
      cleared: [9n, 3n],
      waiting: { deposits: [{ from: 5n, count: 3 }], releases: [{ from: 0n, count: 1 }] },
      kept: [{ from: 8n, count: 1 }],
    });
    const encoded = encode(journalEntry, entry);
    expect(encoded[0]).toBe(2);
    expect(decode(journalEntry, encoded)).toEqual(entry);
    const other = encoded.slice();
    other[0] = 1;
    expect(outcome(() => decode(journalEntry, other))).toBe("decode/variant");
  });

  it("writes numbers as runs, in their order", () => {
    expect(runsOf([3n, 4n, 5n, 9n, 7n, 8n])).toEqual([
      { from: 3n, count: 3 },
      { from: 9n, count: 1 },
      { from: 7n, count: 2 },
    ]);
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 20n })), (numbers) => {
        expect(numbersOf(runsOf(numbers))).toEqual(numbers);
      }),
    );
  });

  it("tells no more numbers than a batch can take up", () => {
    expect(numbersOf([{ from: 0n, count: 65_536 }])).toHaveLength(65_536);
    expect(() => numbersOf([{ from: 0n, count: 0xffff_ffff }])).toThrow(RangeError);
    expect(() =>
      numbersOf([
        { from: 0n, count: 65_536 },
        { from: 0n, count: 1 },
      ]),
    ).toThrow(RangeError);
  });
});
