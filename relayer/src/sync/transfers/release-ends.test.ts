import type { Release } from "@pdiem/bridge/ledger/release";
import { filled } from "@pdiem/bridge/testing/config";
import { releaseOf } from "@pdiem/bridge/testing/payouts";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { exampleCurrent, exampleEntry } from "../../testing/batches.js";
import { createReleaseEnds } from "./release-ends.js";

const refundAccount = filled(32, 4);
const withdrawal = releaseOf({
  amount: 90n,
  origin: { type: "withdrawal", value: { account: filled(32, 1), refundAccount } },
});
const refund: Release = releaseOf({ amount: 50n, origin: { type: "deposit", value: { number: 8n } } });
const other: Release = releaseOf({ amount: 50n, origin: { type: "deposit", value: { number: 9n } } });

const waiting = [
  { type: "deposit", value: 3n },
  { type: "release", value: 0n },
  { type: "release", value: 1n },
] as const;
const releases = [withdrawal, refund, other, refund];

const before = exampleEntry({ releases: { frozenSubtreeRoots: [], numLeaves: 2n } });
const clears = exampleEntry(
  { releases: { frozenSubtreeRoots: [], numLeaves: 4n } },
  { cleared: [1n, 2n, 0n], releases: [other, refund] },
);

describe("what became of aborted payments", () => {
  it("is given back for a withdrawal and owed anew for a refund, by the batch that clears them", () => {
    const ends = createReleaseEnds();
    expect(ends.update(exampleCurrent([before], { waiting, releases }))).toEqual([]);
    expect(ends.get(0n)).toBeUndefined();
    expect(ends.update(exampleCurrent([before, clears], { waiting, releases }))).toEqual([0n, 1n]);
    const where = { batch: toHex(filled(32, 1)), block: 101 };
    expect(ends.get(0n)).toEqual({ type: "given-back", to: toHex(refundAccount), amount: "90", ...where });
    expect(ends.get(1n)).toEqual({ type: "released-anew", release: 3, ...where });
  });
});
