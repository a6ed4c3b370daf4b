import { encode } from "@pdiem/light-client/codec/bcs";
import { metadata } from "@pdiem/light-client/diem/transactions/metadata";
import { describe, expect, it } from "vitest";
import { bridgeId } from "../config/bridge-config.js";
import { checkCustody } from "../custody/custody.js";
import type { Ledger } from "../ledger/ledger.js";
import { ACCOUNTS, append, proveLeaf, RELEASES } from "../ledger/list.js";
import type { Release } from "../ledger/release.js";
import { type Draft, draftOf } from "../settlement/batch-draft.js";
import type { DepositItem } from "../settlement/items.js";
import { createReceivers } from "../settlement/receivable.js";
import { exampleConfig, filled, ISSUER, XUS } from "../testing/config.js";
import { CUSTODY, type TestPayment } from "../testing/diem-world.js";
import { refusal } from "../testing/refusal.js";
import {
  BENEFICIARY,
  createWorld,
  exampleLedger,
  itemOf,
  paymentOf,
  SENDER,
  toAccount,
  toCustodysSubaddress,
  type World,
} from "../testing/world.js";
import { type DepositOutcome, settleDeposit } from "./settle-deposit.js";
import { accountSubaddress, releaseSubaddress } from "./subaddress.js";

/** A sender who can be paid back and a beneficiary who can receive, unless a test changes that. */
const readyWorld = (ledger: Ledger = exampleLedger): World => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  return world;
};

const settleIn = (
  world: World,
  item: DepositItem,
  ledger: Ledger = exampleLedger,
  draft: Draft = draftOf(ledger),
): { draft: Draft; outcome: DepositOutcome } => {
  const facts = world.facts();
  const custody = checkCustody(exampleConfig, ISSUER, facts.diem);
  const receivers = createReceivers(facts.parachain, exampleConfig.parachain.profile);
  return settleDeposit(
    { config: exampleConfig, bridgeId: bridgeId(exampleConfig), ledger, facts, custody, receivers },
    draft,
    item,
  );
};

const settlePayment = (payment: Partial<TestPayment>, change?: (world: World) => void) => {
  const world = readyWorld();
  world.diem.received.push(paymentOf(payment));
  change?.(world);
  return settleIn(world, itemOf(0n));
};

const release: Release = {
  currency: "XUS",
  amount: 1_000n,
  payee: SENDER,
  subaddress: undefined,
  origin: { type: "withdrawal", value: { account: filled(32, 1), refundAccount: BENEFICIARY } },
};

/** A ledger that owes, or has paid, these releases. */
const ledgerWith = (releases: readonly Release[]): Ledger => ({
  ...exampleLedger,
  releases: append(RELEASES, exampleLedger.releases, releases),
});

const settleReturn = (owed: Release, payment: Partial<TestPayment> = {}, change?: (world: World) => void) => {
  const ledger = ledgerWith([owed]);
  const world = readyWorld(ledger);
  world.diem.received.push(paymentOf({ metadata: toCustodysSubaddress(releaseSubaddress(0n)), ...payment }));
  change?.(world);
  return settleIn(world, itemOf(0n, { release: proveLeaf(RELEASES, [owed], 0) }), ledger);
};

describe("settling a deposit", () => {
  it("mints the amount less the fee to 32 raw bytes of metadata, and accrues the fee", () => {
    const { draft, outcome } = settlePayment({ amount: 1_000n });
    expect(outcome).toEqual({ type: "minted", number: 0n, account: BENEFICIARY, amount: 995n, fee: 5n });
    expect(draft.calls).toEqual([{ type: "mint", asset: XUS.assetId, beneficiary: BENEFICIARY, amount: 995n }]);
    expect(draft.currencies[0]?.fees).toBe(5n);
    expect(draft.currencies[0]?.minted.used).toBe(1_000n);
    expect(draft.deposits).toEqual({ next: 1n, open: [] });
  });

  it("mints to the registered account that the subaddress names", () => {
    const accounts = [filled(32, 1), BENEFICIARY, filled(32, 2)];
    const ledger: Ledger = { ...exampleLedger, accounts: append(ACCOUNTS, exampleLedger.accounts, accounts) };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({ metadata: toCustodysSubaddress(accountSubaddress(1n)) }));
    const { outcome } = settleIn(world, itemOf(0n, { account: proveLeaf(ACCOUNTS, accounts, 1) }), ledger);
    expect(outcome).toMatchObject({ type: "minted", account: BENEFICIARY });
    expect(refusal(() => settleIn(world, itemOf(0n, { account: proveLeaf(ACCOUNTS, accounts, 2) }), ledger))).toBe(
      "proof/accumulator-root",
    );
    expect(refusal(() => settleIn(world, itemOf(0n), ledger))).toBe("proof/not-shown");
  });

  it.each([
    ["no-beneficiary", { metadata: new Uint8Array() }],
    ["no-beneficiary", { metadata: filled(40, 0xff) }],
    ["no-beneficiary", { metadata: toAccount(filled(31, 1)) }],
    ["no-beneficiary", { metadata: toCustodysSubaddress(filled(8, 0)) }],
    ["no-beneficiary", { metadata: toCustodysSubaddress(filled(7, 1)) }],
    ["not-registered", { metadata: toCustodysSubaddress(accountSubaddress(0n)) }],
    ["below-minimum", { amount: XUS.minimum - 1n }],
    ["above-maximum", { amount: XUS.maximum + 1n }],
  ])("refunds for %s", (reason, payment) => {
    const { draft, outcome } = settlePayment(payment);
    const amount = paymentOf(payment).amount - XUS.fees.refund;
    expect(outcome).toMatchObject({ type: "refunded", reason, index: 0n, fee: XUS.fees.refund });
    expect(draft.releases).toEqual([
      {
        currency: "XUS",
        amount,
        payee: SENDER,
        subaddress: undefined,
        origin: { type: "deposit", value: { number: 0n } },
      },
    ]);
    expect(draft.currencies[0]?.fees).toBe(XUS.fees.refund);
    expect(draft.calls).toEqual([]);
  });

  it("takes amounts of exactly the minimum and the maximum", () => {
    expect(settlePayment({ amount: XUS.minimum }).outcome.type).toBe("minted");
    expect(settlePayment({ amount: XUS.maximum }).outcome.type).toBe("minted");
  });

  it("refunds when the beneficiary can't receive", () => {
    const { outcome } = settlePayment({}, (world) => world.parachain.setAccount(BENEFICIARY, undefined));
    expect(outcome).toMatchObject({ type: "refunded", reason: "not-receivable" });
  });

  it("refunds to the sender's own subaddress where it has 8 bytes", () => {
    const from = (fromSubaddress: Uint8Array) =>
      encode(metadata, {
        type: "general",
        value: { toSubaddress: undefined, fromSubaddress, referencedEvent: undefined },
      });
    expect(settlePayment({ metadata: from(filled(8, 3)) }).draft.releases[0]?.subaddress).toEqual(filled(8, 3));
    expect(settlePayment({ metadata: from(filled(9, 3)) }).draft.releases[0]?.subaddress).toBeUndefined();
  });

  it("numbers refunds after the ledger's releases, in the order of the batch", () => {
    const ledger = ledgerWith([release, release]);
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({ metadata: new Uint8Array() }), paymentOf({ metadata: new Uint8Array() }));
    const first = settleIn(world, itemOf(0n), ledger);
    const second = settleIn(world, itemOf(1n), ledger, first.draft);
    expect([first.outcome, second.outcome]).toMatchObject([{ index: 2n }, { index: 3n }]);
  });

  it.each([
    ["nothing-left", { amount: XUS.fees.refund }, undefined],
    ["sender-absent", {}, (world: World) => world.diem.setAccount(SENDER, undefined)],
    ["sender-without-currency", {}, (world: World) => world.diem.setAccount(SENDER, { balances: { XDX: 0n } })],
    ["sender-of-custody", { other: CUSTODY }, undefined],
    [
      "sender-of-custody",
      {},
      (world: World) => {
        world.diem.custody = { vasp: "parent" };
        world.diem.setAccount(SENDER, { vasp: { childOf: CUSTODY } });
      },
    ],
    [
      "sender-needs-attestation",
      { amount: 2_000_000n },
      (world: World) => {
        world.diem.custody = { vasp: "parent" };
        world.diem.setAccount(SENDER, { vasp: "parent" });
      },
    ],
  ])("keeps what can't be refunded: %s", (reason, payment, change) => {
    const { draft, outcome } = settlePayment({ metadata: new Uint8Array(), ...payment }, change);
    expect(outcome).toEqual({ type: "kept", number: 0n, reason });
    expect(draft.kept).toEqual([{ number: 0n, reason }]);
    expect(draft).toMatchObject({ releases: [], calls: [], deposits: { next: 1n } });
    expect(draft.currencies).toEqual(exampleLedger.currencies);
  });

  it("refunds to the last unit above the fee", () => {
    expect(settlePayment({ amount: XUS.fees.refund + 1n }).draft.releases).toMatchObject([{ amount: 1n }]);
  });

  it("owes a refund to a frozen sender, who may be thawed", () => {
    const { outcome } = settlePayment({ metadata: new Uint8Array() }, (world) =>
      world.diem.setAccount(SENDER, { frozen: true }),
    );
    expect(outcome.type).toBe("refunded");
  });

  it("keeps a currency that isn't bridged", () => {
    expect(settlePayment({ currency: "ABC" }).outcome).toMatchObject({ type: "kept", reason: "unbridged-currency" });
  });

  it("leaves a deposit open that the mint window has no room for, or the refund window", () => {
    const full: Ledger = {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((currency) => ({
        ...currency,
        minted: { start: exampleLedger.time, used: XUS.windows.mint.amount - 999n },
        refunded: { start: exampleLedger.time, used: XUS.windows.refund.amount - 999n },
      })),
    };
    const world = readyWorld(full);
    world.diem.received.push(paymentOf({ amount: 1_000n }), paymentOf({ amount: 1_000n, metadata: new Uint8Array() }));
    const minted = settleIn(world, itemOf(0n), full);
    expect(minted).toEqual({ draft: draftOf(full), outcome: { type: "open", number: 0n, window: "mint" } });
    const refunded = settleIn(world, itemOf(1n), full);
    expect(refunded).toEqual({ draft: draftOf(full), outcome: { type: "open", number: 1n, window: "refund" } });
    world.diem.received[0] = paymentOf({ amount: 999n });
    expect(settleIn(world, itemOf(0n), full).outcome.type).toBe("minted");
  });

  it("settles none twice, and none that custody hasn't received", () => {
    const ledger: Ledger = { ...exampleLedger, deposits: { next: 2n, open: [{ from: 1n, to: 2n }] } };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({}), paymentOf({}));
    expect(refusal(() => settleIn(world, itemOf(0n), ledger))).toBe("refused/already-settled");
    expect(settleIn(world, itemOf(1n), ledger).outcome.type).toBe("minted");
    expect(refusal(() => settleIn(world, itemOf(2n), ledger))).toBe("refused/no-such-deposit");
  });
});

describe("settling a payout that comes back", () => {
  it("mints to the withdrawal's refund account", () => {
    expect(settleReturn(release).outcome).toMatchObject({ type: "minted", account: BENEFICIARY, amount: 995n });
  });

  it.each([
    ["another-release", release, { other: filled(16, 0xab) }, undefined],
    ["another-release", release, { amount: 1_001n }, undefined],
    ["another-release", release, { currency: "XDX" }, undefined],
    ["no-refund-account", { ...release, origin: { type: "deposit", value: { number: 9n } } }, {}, undefined],
    [
      "no-refund-account",
      { ...release, origin: { type: "withdrawal", value: { account: filled(32, 1), refundAccount: undefined } } },
      {},
      undefined,
    ],
    ["returned-but-not-receivable", release, { amount: XUS.minimum - 1n }, undefined],
    ["returned-but-not-receivable", release, {}, (world: World) => world.parachain.setAccount(BENEFICIARY, undefined)],
  ] satisfies [string, Release, Partial<TestPayment>, ((world: World) => void) | undefined][])(
    "keeps it rather than send it out again: %s",
    (reason, owed, payment, change) => {
      expect(settleReturn(owed, payment, change).outcome).toEqual({ type: "kept", number: 0n, reason });
    },
  );

  it("keeps one that names a release not in the ledger, and demands the leaf of one that is", () => {
    const world = readyWorld();
    world.diem.received.push(paymentOf({ metadata: toCustodysSubaddress(releaseSubaddress(0n)) }));
    expect(settleIn(world, itemOf(0n)).outcome).toMatchObject({ type: "kept", reason: "no-such-release" });
    expect(refusal(() => settleIn(world, itemOf(0n), ledgerWith([release])))).toBe("proof/not-shown");
  });

  it("believes no leaf that isn't the release's", () => {
    const ledger = ledgerWith([release, { ...release, payee: filled(16, 0xab) }]);
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({ metadata: toCustodysSubaddress(releaseSubaddress(1n)) }));
    const proof = proveLeaf(RELEASES, [release, { ...release, payee: filled(16, 0xab) }], 1);
    expect(settleIn(world, itemOf(0n, { release: proof }), ledger).outcome).toMatchObject({
      reason: "another-release",
    });
    const forged = { ...proof, leaf: release };
    expect(refusal(() => settleIn(world, itemOf(0n, { release: forged }), ledger))).toBe("proof/accumulator-root");
  });
});

describe("settling a refund that names custody's transaction", () => {
  const ledger = ledgerWith([release]);
  const shown = { release: proveLeaf(RELEASES, [release], 0) };
  const refundOf = (transactionVersion: bigint): Uint8Array =>
    encode(metadata, { type: "refund", value: { transactionVersion, reason: "otherReason" } });
  const payout = (version: bigint, fromSubaddress: Uint8Array | undefined): TestPayment =>
    paymentOf({
      version,
      metadata: encode(metadata, {
        type: "general",
        value: { toSubaddress: undefined, fromSubaddress, referencedEvent: undefined },
      }),
    });
  const settleRefund = (version: bigint, paymentsBefore: bigint | undefined) => {
    const world = readyWorld(ledger);
    world.diem.sent.push(payout(20n, undefined), payout(30n, releaseSubaddress(0n)), payout(40n, undefined));
    world.diem.received.push(paymentOf({ version: 50n, metadata: refundOf(version) }));
    return settleIn(world, itemOf(0n, { ...shown, paymentsBefore }), ledger).outcome;
  };

  it("mints to the refund account of the release that custody paid there", () => {
    expect(settleRefund(30n, 1n)).toMatchObject({ type: "minted", account: BENEFICIARY });
  });

  it.each([
    ["before the first payment", 10n, 0n],
    ["of a payment without a release", 20n, 0n],
    ["between two payments", 35n, 2n],
    ["after the last payment", 45n, 3n],
    ["of the deposit itself", 50n, undefined],
    ["after the deposit", 60n, undefined],
  ])("keeps one that names a version %s", (_, version, paymentsBefore) => {
    expect(settleRefund(version, paymentsBefore)).toMatchObject({ type: "kept", reason: "no-such-payout" });
  });

  it.each([
    ["none", 30n, undefined],
    ["too few", 30n, 0n],
    ["too many", 30n, 2n],
    ["one too many for the first", 20n, 1n],
    ["more than there are", 30n, 4n],
    ["too few for an absence", 35n, 1n],
  ])("demands the true number of payments before it: %s", (_, version, paymentsBefore) => {
    expect(refusal(() => settleRefund(version, paymentsBefore))).toBe("proof/not-shown");
  });
});
