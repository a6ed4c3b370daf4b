import type { JournalEntry } from "@pdiem/bridge-client/journal/journal";
import type { Ledger, Progress } from "@pdiem/bridge/ledger/ledger";
import { toHex } from "@pdiem/light-client/bytes";
import { mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { describe, expect, it } from "vitest";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { closedBetween, createOutcomes } from "./outcomes.js";

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

const ledgerWith = (deposits: Progress, releases: bigint): Ledger => ({
  time: 0n,
  worked: 0n,
  nonce: 1,
  runtime: { specVersion: 900, profile: bytes(32, 0) },
  deposits,
  accounts: { frozenSubtreeRoots: [], numLeaves: 0n },
  releases: { frozenSubtreeRoots: [], numLeaves: releases },
  paid: { sent: 0n, next: 0n, open: [] },
  currencies: [],
  decisions: { count: 0n, hash: bytes(32, 0) },
});

const genesis = ledgerWith({ next: 10n, open: [] }, 0n);
const afterFirst = ledgerWith({ next: 15n, open: [{ from: 12n, to: 13n }] }, 1n);
const afterSecond = ledgerWith({ next: 15n, open: [] }, 1n);

const entry = (anchor: number, ledger: Ledger, told: Partial<JournalEntry["step"]> = {}): JournalEntry => ({
  from: undefined,
  anchor: bytes(32, anchor),
  step: { ledger, accounts: [], releases: [], kept: [], returned: [], decisions: [], thawed: false, ...told },
  calls: [],
});

const current = (...entries: readonly JournalEntry[]): CurrentLedger => ({
  anchor: entries.at(-1)?.anchor ?? bytes(32, 0),
  history: { ledger: genesis, accounts: [], releases: [], kept: [], returned: [], decisions: [], entries },
  records: new Map(
    entries.map((one, i) => [
      toHex(one.anchor),
      { block: 100 + i, blockHash: bytes(32, 9), extrinsic: bytes(4, i), hash: bytes(32, i), entry: one },
    ]),
  ),
});

const first = {
  ...entry(2, afterFirst, {
    releases: [
      {
        currency: "XUS",
        amount: 7n,
        payee: bytes(16, 5),
        subaddress: undefined,
        origin: { type: "deposit", value: { number: 11n } },
      },
    ],
    kept: [{ number: 13n, reason: "nothing-left" }],
  }),
  calls: [mint(7, bytes(32, 0xaa), 1n), mint(7, bytes(32, 0xbb), 2n), mint(7, bytes(32, 0xfe), 99n)],
};
const second = { ...entry(3, afterSecond), calls: [mint(8, bytes(32, 0xcc), 3n)] };

describe("how deposits ended, by the journal", () => {
  it("finds the numbers that a batch closed, skipped ones left out", () => {
    expect(closedBetween(genesis.deposits, afterFirst.deposits)).toEqual([10n, 11n, 13n, 14n]);
    expect(closedBetween(afterFirst.deposits, afterSecond.deposits)).toEqual([12n]);
    expect(closedBetween(afterSecond.deposits, afterSecond.deposits)).toEqual([]);
  });

  it("tells mints by the order of the calls, refunds by their releases, and what is kept with the reason", () => {
    const outcomes = createOutcomes();
    expect(outcomes.update(current(entry(1, genesis), first))).toEqual([10n, 11n, 13n, 14n]);
    const where = { batch: toHex(bytes(32, 1)), block: 101 };
    expect(outcomes.get(10n)).toEqual({ outcome: "minted", account: "aa".repeat(32), amount: "1", asset: 7, ...where });
    expect(outcomes.get(11n)).toEqual({ outcome: "refunded", release: 0, amount: "7", ...where });
    expect(outcomes.get(13n)).toEqual({ outcome: "kept", reason: "nothing-left", ...where });
    expect(outcomes.get(14n)).toMatchObject({ outcome: "minted", account: "bb".repeat(32) });
    expect(outcomes.get(12n)).toBeUndefined();
  });

  it("takes in only what is new as the ledger moves on", () => {
    const outcomes = createOutcomes();
    outcomes.update(current(entry(1, genesis), first));
    expect(outcomes.update(current(entry(1, genesis), first))).toEqual([]);
    expect(outcomes.update(current(entry(1, genesis), first, second))).toEqual([12n]);
    expect(Object.fromEntries(outcomes.totals())).toEqual({ minted: 3, refunded: 1, kept: 1 });
    expect(outcomes.newest(2).map(([number]) => number)).toEqual([12n, 14n]);
  });
});
