import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/addresses";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { JournalEntry } from "@pdiem/bridge-client/journal/journal";
import type { Release } from "@pdiem/bridge/ledger/release";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { burn, mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { describe, expect, it } from "vitest";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { createWithdrawalEnds } from "./withdrawal-ends.js";

const paid: WithdrawalPreimage = { payee: filled(16, 1), subaddress: filled(8, 2), refundAccount: undefined };
const unpayable: WithdrawalPreimage = { payee: filled(16, 3), subaddress: undefined, refundAccount: filled(32, 4) };
const account = (preimage: WithdrawalPreimage): Uint8Array => withdrawalAccount(bridgeId(exampleConfig), preimage);

const releaseOf = (preimage: WithdrawalPreimage, amount: bigint): Release => ({
  currency: "XUS",
  amount,
  payee: preimage.payee,
  subaddress: preimage.subaddress,
  origin: { type: "withdrawal", value: { account: account(preimage), refundAccount: preimage.refundAccount } },
});

const entry = (
  anchor: number,
  releases: bigint,
  told: Partial<JournalEntry["step"]> = {},
  calls: JournalEntry["calls"] = [],
): JournalEntry => ({
  from: undefined,
  anchor: filled(32, anchor),
  step: {
    ledger: {
      time: 0n,
      worked: 0n,
      nonce: 1,
      runtime: { specVersion: 900, profile: filled(32, 0) },
      deposits: { next: 0n, open: [] },
      accounts: { frozenSubtreeRoots: [], numLeaves: 0n },
      releases: { frozenSubtreeRoots: [], numLeaves: releases },
      paid: { sent: 0n, next: 0n, open: [] },
      currencies: [],
      decisions: { count: 0n, hash: filled(32, 0) },
    },
    accounts: [],
    releases: [],
    kept: [],
    returned: [],
    decisions: [],
    thawed: false,
    ...told,
  },
  calls,
});

const genesis = entry(1, 5n);
const second = entry(
  2,
  6n,
  {
    releases: [releaseOf(paid, 494n)],
    returned: [{ preimage: unpayable, currency: "XUS", reason: "absent" }],
  },
  [burn(7, account(paid), 500n), burn(7, account(unpayable), 300n), mint(7, filled(32, 4), 294n)],
);
const third = entry(3, 7n, { releases: [releaseOf(paid, 194n)] }, [burn(7, account(paid), 200n)]);

const current = (...entries: readonly JournalEntry[]): CurrentLedger => ({
  anchor: filled(32, 1),
  history: {
    ledger: genesis.step.ledger,
    accounts: [],
    releases: [],
    kept: [],
    returned: [],
    decisions: [],
    entries,
  },
  records: new Map(
    entries.map((one, i) => [
      toHex(one.anchor),
      { block: 10 + i, blockHash: filled(32, 9), extrinsic: filled(4, i), hash: filled(32, i), entry: one },
    ]),
  ),
});

describe("what became of withdrawals", () => {
  it("is told with what was burned, and what it led to", () => {
    const ends = createWithdrawalEnds(exampleConfig);
    const first = `withdrawal-${toHex(account(paid))}-XUS-0`;
    expect(ends.nextId(account(paid), "XUS")).toBe(first);
    expect(ends.update(current(genesis, second))).toHaveLength(2);
    expect(ends.get(first)).toMatchObject({ type: "released", release: 5, burned: "500", block: 11 });
    expect(ends.ofRelease(5)?.id).toBe(first);
    expect(ends.get(`withdrawal-${toHex(account(unpayable))}-XUS-0`)).toMatchObject({
      type: "returned",
      burned: "300",
      amount: "294",
      to: toHex(filled(32, 4)),
      reason: "absent",
    });
  });

  it("counts the burns of one account apart, currency by currency, and takes each batch in once", () => {
    const ends = createWithdrawalEnds(exampleConfig);
    ends.update(current(genesis, second));
    expect(ends.update(current(genesis, second, third))).toMatchObject([
      { id: `withdrawal-${toHex(account(paid))}-XUS-1`, release: 6, burned: "200" },
    ]);
    expect(ends.nextId(account(paid), "XUS")).toMatch(/-XUS-2$/);
    expect(ends.nextId(account(paid), "XDX")).toMatch(/-XDX-0$/);
    expect(ends.newest(1)).toMatchObject([{ release: 6 }]);
  });

  it("brings back the preimages of all accounts that anything was burned on", () => {
    const ends = createWithdrawalEnds(exampleConfig);
    ends.update(current(genesis, second, third));
    expect(ends.preimages()).toEqual([paid, unpayable]);
  });
});
