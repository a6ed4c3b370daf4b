import type { WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import { describe, expect, it } from "vitest";
import { releaseStatus } from "./release-status.js";

const waiting: readonly WaitingLeaf[] = [
  { type: "deposit", value: 1n },
  { type: "release", value: 1n },
  { type: "release", value: 2n },
];
const history = {
  ledger: { ...exampleLedger, paid: { releases: 3n, events: 1n } },
  waiting,
  cleared: new Set([2n]),
};
const payouts = { get: (index: bigint) => (index === 4n ? { number: 1n, version: 5n, release: 4n } : undefined) };

describe("a release", () => {
  it("is owed until custody's number is used, then paid or aborted, as the journal or a proven payment says", () => {
    const status = (index: bigint) => releaseStatus(history, payouts, index);
    expect([0n, 1n, 2n, 3n, 4n].map(status)).toEqual(["paid", "aborted", "done", "owed", "paid"]);
  });
});
