import { encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { SignedCheckpoint } from "../checkpoint/signed-checkpoint.js";
import { anchorOf } from "../ledger/anchor.js";
import { journalEntry } from "../ledger/journal-entry.js";
import type { Ledger } from "../ledger/ledger.js";
import { append, clearLeaf } from "../ledger/list.js";
import { ACCOUNTS, RELEASES, WAITING, type WaitingLeaf } from "../ledger/lists.js";
import { checkpointIn, vouchFor } from "../testing/checkpoints.js";
import { EXAMPLE_ID, exampleConfig, filled, HOUR, ISSUER, XDX, XUS } from "../testing/config.js";
import { governed } from "../testing/guardians.js";
import { listOf, pathOf } from "../testing/leaf-path.js";
import { owing, releaseOf, sentFor } from "../testing/payouts.js";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleGovernance,
  exampleLedger,
  NO_LOOKUPS,
  paymentOf,
  putOff,
  SENDER,
  settleNext,
  toAccount,
  type World,
} from "../testing/world.js";
import { type WithdrawalPreimage, withdrawalAccount } from "../withdrawal/withdrawal-account.js";
import { type Items, NO_ITEMS } from "./items.js";
import { settle } from "./settle.js";

const readyWorld = (ledger: Ledger = exampleLedger): World => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(paymentOf({}));
  return world;
};

const ONE_DEPOSIT: Items = { ...NO_ITEMS, admissions: [settleNext()] };

interface Setting {
  readonly items?: Partial<Items>;
  readonly ledger?: Ledger;
  readonly governance?: typeof exampleGovernance;
  readonly known?: readonly SignedCheckpoint[];
}

const settleIn = (world: World, given: Setting = {}) => {
  const { items = ONE_DEPOSIT, ledger = exampleLedger, governance = exampleGovernance, known = [] } = given;
  return settle(bridgeWith(ledger, governance), world.facts(), { ...NO_ITEMS, ...items }, known);
};

const refusalOf = (change: (world: World) => void, given: Setting = {}) => {
  const world = readyWorld(given.ledger);
  change(world);
  return outcome(() => settleIn(world, given));
};

const nothing = (): void => undefined;

const preimage: WithdrawalPreimage = { payee: SENDER, subaddress: undefined, refundAccount: BENEFICIARY };
const WITHDRAWING = withdrawalAccount(EXAMPLE_ID, preimage);
const holding = (balance: bigint) => (world: World) =>
  world.parachain.setAssetAccount(XUS.assetId, WITHDRAWING, { balance });
const WITHDRAW = { withdrawals: [{ preimage, currency: "XUS" }] };

/**
 * Fees have accrued, and deposit 0 waits at leaf 1. Of two releases owed one is paid and the other
 * has aborted.
 */
const busy = (): { readonly ledger: Ledger; readonly waiting: readonly WaitingLeaf[] } => {
  const waiting: WaitingLeaf[] = [
    { type: "release", value: 9n },
    { type: "deposit", value: 0n },
  ];
  const owed = owing([releaseOf({ amount: 300n }), releaseOf({ amount: 400n })]);
  const ledger = {
    ...owed,
    deposits: 1n,
    waiting: listOf(WAITING, waiting),
    currencies: owed.currencies.map((currency) => ({ ...currency, fees: 40n })),
  };
  return { ledger, waiting };
};

describe("PROTOCOL 3: a settlement", () => {
  const { ledger, waiting } = busy();
  const registered = filled(32, 0x77);
  const frozen = filled(32, 0x78);
  const governance = governed(
    { amnesty: true, guardians: { ...exampleConfig.guardians, freezer: filled(32, 0x44) } },
    { ledger, governance: exampleGovernance },
  );
  const items: Items = {
    waiting: [
      {
        index: 1n,
        path: pathOf(WAITING, waiting, 1n),
        content: { type: "deposit", value: { number: 0n, lookups: NO_LOOKUPS } },
      },
    ],
    admissions: [settleNext(), putOff(2), settleNext()],
    ...WITHDRAW,
    registrations: [registered],
    feeClaims: ["XUS"],
    fold: 9,
    thaws: [{ currency: "XDX", account: frozen }],
    withoutTeam: ["XUS"],
    checkpoints: [],
  };
  const busyWorld = (): World => {
    const world = readyWorld(governance.ledger);
    world.parachain.setAccount(registered, {});
    world.parachain.setAssetAccount(XDX.assetId, frozen, { status: "frozen" });
    world.diem.received.push(
      paymentOf({ amount: 500n, metadata: new Uint8Array() }),
      paymentOf({}),
      paymentOf({}),
      paymentOf({ amount: 1n, metadata: new Uint8Array() }),
    );
    world.diem.sent.push(sentFor(1n, releaseOf({ amount: 400n })));
    world.diem.custody = { account: { sequenceNumber: exampleLedger.start + 2n } };
    holding(500n)(world);
    return world;
  };
  const settled = settleIn(busyWorld(), { ...governance, items });

  it("moves the anchor round its calls, in the order of the protocol, and ends with the remark", () => {
    const freezer = filled(32, 0x44);
    expect(settled.calls).toEqual([
      { type: "cancelApproval", asset: XUS.assetId, delegate: anchorOf(EXAMPLE_ID, governance.ledger) },
      { type: "setTeam", asset: XDX.assetId, issuer: ISSUER, admin: ISSUER, freezer },
      { type: "thaw", asset: XDX.assetId, who: frozen },
      { type: "mint", asset: XUS.assetId, beneficiary: BENEFICIARY, amount: 995n },
      { type: "burn", asset: XUS.assetId, who: WITHDRAWING, amount: 500n },
      { type: "mint", asset: XUS.assetId, beneficiary: exampleConfig.feeAccount, amount: 40n },
      { type: "approveTransfer", asset: XUS.assetId, delegate: anchorOf(EXAMPLE_ID, settled.ledger), amount: 1n },
      { type: "remark", remark: encode(journalEntry, settled.entry) },
    ]);
    expect(settled).toMatchObject({ nonce: 1, specVersion: 900, anchor: anchorOf(EXAMPLE_ID, settled.ledger) });
  });

  it("numbers releases in the order of its items, and says how each ends", () => {
    expect(settled.waiting).toMatchObject([{ leaf: 1n, type: "deposit", result: { type: "minted" } }]);
    expect(settled.deposits).toMatchObject([
      { number: 1n, type: "refunded", index: 2n },
      { number: 4n, type: "kept", reason: "nothing-left" },
    ]);
    expect(settled.withdrawals).toMatchObject([{ type: "released", index: 3n }]);
  });

  it("tells the next ledger and what it appends, clears and keeps", () => {
    expect(settled.entry).toMatchObject({
      ledger: settled.ledger,
      accounts: [registered],
      releases: [{ amount: 493n }, { amount: 494n }],
      cleared: [1n],
      waiting: { deposits: [{ from: 2n, count: 2 }], releases: [{ from: 0n, count: 1 }] },
      kept: [{ from: 4n, count: 1 }],
      governance: undefined,
      checkpoints: [],
    });
  });

  it("leads to the next ledger", () => {
    const before = governance.ledger;
    expect(settled.ledger).toMatchObject({
      time: before.time + exampleConfig.batchInterval,
      active: exampleConfig.batchInterval,
      nonce: 2,
      failures: 0,
      deposits: 5n,
      accounts: append(ACCOUNTS, before.accounts, [registered]),
      releases: append(RELEASES, before.releases, settled.entry.releases),
      start: before.start,
      paid: { releases: 2n, events: 1n },
      governance: before.governance,
    });
    // 40 claimed; a deposit's 5, a refund's 7 and a withdrawal's 6 accrue. 700 owed, less 400 paid,
    // and 493 + 494 more.
    expect(settled.ledger.currencies[0]).toMatchObject({ fees: 18n, owed: 1_287n });
    expect(settled.ledger.currencies[1]).toEqual(before.currencies[1]);
  });

  it("is the same for the same input", () => {
    expect(settleIn(busyWorld(), { ...governance, items })).toEqual(settled);
  });

  it("clears what it has settled, then appends what comes to wait: deposits by number, then releases", () => {
    const [first, second] = waiting;
    if (first === undefined || second === undefined) throw new Error("expected two leaves");
    const cleared = clearLeaf(WAITING, ledger.waiting, 1n, second, pathOf(WAITING, waiting, 1n));
    const coming: readonly WaitingLeaf[] = [
      { type: "deposit", value: 2n },
      { type: "deposit", value: 3n },
      { type: "release", value: 0n },
    ];
    expect(settled.ledger.waiting).toEqual(append(WAITING, cleared, coming));
  });
});

describe("PROTOCOL 3: a settlement is refused", () => {
  it.each<[string, (world: World) => void]>([
    ["refused/skew", (world) => (world.diem.time += exampleConfig.maxSkew + 1n)],
    ["refused/skew", (world) => (world.diem.time -= exampleConfig.maxSkew + 1n)],
    ["refused/too-early", (world) => world.setTime(exampleLedger.time + exampleConfig.batchInterval - 1n)],
    ["refused/asset-frozen", (world) => world.parachain.setAsset(XUS.assetId, { status: "frozen" })],
    ["refused/nonce-behind", (world) => world.parachain.setAccount(ISSUER, { nonce: 0 })],
    ["refused/issuer-absent", (world) => world.parachain.setAccount(ISSUER, undefined)],
    ["refused/custody-frozen", (world) => (world.diem.custody = { frozen: true })],
    ["refused/custody-key", (world) => (world.diem.custody = { account: { authenticationKey: filled(32, 1) } })],
  ])("at facts that don't allow it: %s (%#)", (code, change) => {
    expect(refusalOf(change)).toBe(code);
  });

  it("at times further apart than maxSkew, and not before", () => {
    expect(refusalOf((world) => (world.diem.time -= exampleConfig.maxSkew))).toBe("accepted");
  });

  it("where an asset that it touches is frozen, or the anchor's, and not where another is", () => {
    const freeze = (asset: number, currency: string) => (world: World) => {
      world.parachain.setAsset(asset, { status: "frozen" });
      world.diem.received[0] = paymentOf({ currency });
    };
    expect(refusalOf(freeze(XDX.assetId, "XUS"))).toBe("accepted");
    expect(refusalOf(freeze(XDX.assetId, "XDX"))).toBe("refused/asset-frozen");
    expect(refusalOf(freeze(XUS.assetId, "XDX"))).toBe("refused/asset-frozen");
  });

  it("for a ledger that isn't in force, and a governance state that isn't its", () => {
    expect(outcome(() => settleIn(readyWorld(), { ledger: { ...exampleLedger, active: 1n } }))).toBe(
      "refused/not-in-force",
    );
    expect(refusalOf(nothing, { governance: { ...exampleGovernance, count: 1n } })).toBe("refused/governance");
  });

  it("while paused (PROTOCOL 6)", () => {
    expect(refusalOf(nothing, governed({ paused: true }))).toBe("refused/paused");
  });

  it("at a ledger info older than the ledger's own", () => {
    expect(refusalOf(nothing, { ledger: { ...exampleLedger, deposits: 2n } })).toBe("refused/diem-behind");
  });

  it("with an item twice", () => {
    const twice = { ...ONE_DEPOSIT, withdrawals: [...WITHDRAW.withdrawals, ...WITHDRAW.withdrawals] };
    expect(refusalOf(holding(500n), { items: twice })).toBe("refused/duplicate");
  });

  it("with more items than its journal entry can tell", () => {
    const many = Array.from({ length: 4_096 }, () => putOff(1));
    const overfull = { admissions: many, withdrawals: WITHDRAW.withdrawals };
    expect(refusalOf(holding(500n), { items: overfull })).toBe("refused/batch-too-large");
  });

  it("with nothing but what waits", () => {
    const full = {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((currency) => ({
        ...currency,
        minted: { start: exampleLedger.time, used: XUS.windows.mint.amount },
      })),
    };
    expect(refusalOf(nothing, { ledger: full })).toBe("refused/empty-batch");
    const world = readyWorld(full);
    world.diem.received.push(paymentOf({ metadata: new Uint8Array() }));
    const { deposits, ledger } = settleIn(world, { ledger: full, items: { admissions: [settleNext(), settleNext()] } });
    expect(deposits).toMatchObject([{ type: "waits", reason: "mint-window" }, { type: "refunded" }]);
    expect(ledger).toMatchObject({ deposits: 2n, waiting: listOf(WAITING, [{ type: "deposit", value: 0n }]) });
  });

  it("with nothing but a withdrawal that waits, and isn't with one that is burned", () => {
    expect(refusalOf(holding(XUS.minimum - 1n), { items: WITHDRAW })).toBe("refused/empty-batch");
    expect(refusalOf(holding(XUS.minimum), { items: WITHDRAW })).toBe("accepted");
  });

  it("with a checkpoint at which this enclave hasn't seen the signers change (PROTOCOL 6)", () => {
    const told = vouchFor(checkpointIn(5n, 8n, exampleLedger.time));
    const other = vouchFor(checkpointIn(5n, 8n, exampleLedger.time + 1n));
    const items = { ...ONE_DEPOSIT, checkpoints: [told] };
    expect(refusalOf(nothing, { items })).toBe("refused/unknown-checkpoint");
    expect(refusalOf(nothing, { items, known: [other] })).toBe("refused/unknown-checkpoint");
    expect(settleIn(readyWorld(), { items, known: [other, told] }).entry.checkpoints).toEqual([told]);
  });
});

describe("PROTOCOL 3: a settlement's items", () => {
  it("are judged by the limits in force", () => {
    const [first = exampleGovernance.limits.currencies[0], ...others] = exampleGovernance.limits.currencies;
    if (first === undefined) throw new Error("expected limits of XUS");
    const currencies = [{ ...first, mint: 999n }, ...others];
    const limited = governed({ limits: { ...exampleGovernance.limits, currencies } });
    const ledger = {
      ...limited.ledger,
      currencies: limited.ledger.currencies.map((one) => ({ ...one, minted: { start: exampleLedger.time, used: 1n } })),
    };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({ amount: 998n }));
    const { deposits } = settleIn(world, {
      governance: limited.governance,
      ledger,
      items: { admissions: [settleNext(), settleNext()] },
    });
    expect(deposits).toMatchObject([{ type: "waits" }, { type: "minted" }]);
    const small = governed({ limits: { ...exampleGovernance.limits, batch: { calls: 4, bytes: 65_536 } } });
    const crowded = readyWorld(small.ledger);
    crowded.diem.received.push(paymentOf({}));
    const both = { ...small, items: { admissions: [settleNext(), settleNext()] } };
    expect(outcome(() => settleIn(crowded, both))).toBe("refused/batch-too-large");
  });

  it("share consumer slots: who has no more is refunded", () => {
    const world = readyWorld();
    world.parachain.setAccount(BENEFICIARY, { consumers: exampleConfig.parachain.maxConsumers });
    world.diem.received.push(paymentOf({ currency: "XDX" }), paymentOf({}));
    const items = { admissions: [settleNext(), settleNext(), settleNext()] };
    expect(settleIn(world, { items }).deposits).toMatchObject([
      { type: "minted" },
      { type: "refunded", reason: "not-receivable" },
      { type: "minted" },
    ]);
  });

  it("never mint to an account that is burned from", () => {
    const world = readyWorld();
    holding(500n)(world);
    world.diem.received[0] = paymentOf({ metadata: toAccount(WITHDRAWING) });
    const { deposits, withdrawals, calls } = settleIn(world, { items: { ...ONE_DEPOSIT, ...WITHDRAW } });
    expect(deposits).toMatchObject([{ type: "minted" }]);
    expect(withdrawals).toMatchObject([{ type: "waits" }]);
    expect(calls.some(({ type }) => type === "burn")).toBe(false);
  });

  it("count an hour at most as active time, and none while any asset is frozen (PROTOCOL 2)", () => {
    const world = readyWorld();
    world.setTime(exampleLedger.time + 5n * HOUR);
    expect(settleIn(world).ledger).toMatchObject({ time: exampleLedger.time + 5n * HOUR, active: HOUR });
    world.parachain.setAsset(XDX.assetId, { status: "frozen" });
    expect(settleIn(world).ledger).toMatchObject({ time: exampleLedger.time + 5n * HOUR, active: 0n });
  });

  it("come later and fewer after failed batches, whose score the ledger keeps", () => {
    const fail = (failed: number, intervals: bigint) => (world: World) => {
      world.parachain.setAccount(ISSUER, { nonce: exampleLedger.nonce + failed });
      world.setTime(exampleLedger.time + intervals * exampleConfig.batchInterval);
    };
    expect(refusalOf(fail(1, 1n))).toBe("refused/too-early");
    const world = readyWorld();
    fail(1, 2n)(world);
    expect(settleIn(world)).toMatchObject({ nonce: 2, ledger: { nonce: 3, failures: 1 } });
  });

  it("may be folding alone, from 64 payments or an aborted release on", () => {
    const releases = Array.from({ length: 65 }, () => releaseOf());
    const owed = owing(releases);
    const pay =
      (count: number, used = count) =>
      (world: World) => {
        for (let i = 0; i < count; i++) world.diem.sent.push(sentFor(BigInt(i)));
        world.diem.custody = { account: { sequenceNumber: exampleLedger.start + BigInt(used) } };
      };
    const fold = { ledger: owed, items: { fold: 4_096 } };
    expect(refusalOf(pay(63), fold)).toBe("refused/empty-batch");
    expect(refusalOf(pay(64), fold)).toBe("accepted");
    expect(refusalOf(pay(1, 2), fold)).toBe("accepted");
  });

  it("that only let time pass make a batch an hour while a decision is delayed (PROTOCOL 6)", () => {
    const value = { transcript: filled(32, 1) };
    const delayed = governed({
      delayed: [{ action: { type: "handover", value }, from: 0n, due: 9n * HOUR }],
    });
    const after = (time: bigint) => (world: World) => world.setTime(exampleLedger.time + time);
    expect(refusalOf(after(HOUR), { ...delayed, items: {} })).toBe("accepted");
    expect(refusalOf(after(HOUR - 1n), { ...delayed, items: {} })).toBe("refused/empty-batch");
    expect(refusalOf(after(HOUR), { items: {} })).toBe("refused/empty-batch");
  });
});
