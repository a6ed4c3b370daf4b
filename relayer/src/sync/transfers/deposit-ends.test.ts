import type { Release } from "@pdiem/bridge/ledger/release";
import { filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { exampleCurrent, exampleEntry } from "../../testing/batches.js";
import { createDepositEnds } from "./deposit-ends.js";

const list = (numLeaves: bigint) => ({ frozenSubtreeRoots: [], numLeaves });

const refund = (number: bigint): Release => ({
  currency: "XUS",
  amount: 7n,
  payee: filled(16, 5),
  subaddress: undefined,
  origin: { type: "deposit", value: { number } },
});

const genesis = exampleEntry({ deposits: 10n });
/** Takes up 10 to 14: 11 is refunded, 12 waits, 13 is kept. */
const first = exampleEntry(
  { deposits: 15n, releases: list(1n) },
  {
    releases: [refund(11n)],
    waiting: { deposits: [{ from: 12n, count: 1 }], releases: [] },
    kept: [{ from: 13n, count: 1 }],
  },
);
/** Clears what waits, and takes up 15, which waits. */
const second = exampleEntry(
  { deposits: 16n },
  { cleared: [0n], waiting: { deposits: [{ from: 15n, count: 1 }], releases: [] } },
);
const waiting = [12n, 15n].map((value) => ({ type: "deposit", value }) as const);

describe("how deposits ended, by the journal", () => {
  it("is minted where they were neither refunded nor kept, and nothing where they wait", () => {
    const ends = createDepositEnds();
    expect(ends.update(exampleCurrent([genesis, first], { waiting }))).toEqual([10n, 11n, 13n, 14n]);
    const where = { batch: toHex(filled(32, 1)), block: 101 };
    expect(ends.get(10n)).toEqual({ outcome: "minted", ...where });
    expect(ends.get(11n)).toEqual({ outcome: "refunded", release: 0, amount: "7", ...where });
    expect(ends.get(13n)).toEqual({ outcome: "kept", ...where });
    expect(ends.get(12n)).toBeUndefined();
  });

  it("is told with the batch that cleared them where they waited", () => {
    const ends = createDepositEnds();
    ends.update(exampleCurrent([genesis, first, second], { waiting }));
    expect(ends.get(12n)).toEqual({ outcome: "minted", batch: toHex(filled(32, 2)), block: 102 });
    expect(ends.get(15n)).toBeUndefined();
  });

  it("takes in only what is new as the ledger moves on", () => {
    const ends = createDepositEnds();
    ends.update(exampleCurrent([genesis, first], { waiting }));
    expect(ends.update(exampleCurrent([genesis, first], { waiting }))).toEqual([]);
    expect(ends.update(exampleCurrent([genesis, first, second], { waiting }))).toEqual([12n]);
    expect(Object.fromEntries(ends.totals())).toEqual({ minted: 3, refunded: 1, kept: 1 });
    expect(ends.newest(2).map(([number]) => number)).toEqual([12n, 14n]);
  });
});
