import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { metadata } from "@pdiem/light-client/diem/transactions/metadata";
import { ASSET_HUB } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { ACCOUNTS, append, RELEASES } from "../ledger/list.js";
import { type WithdrawalPreimage, withdrawalAccount } from "../withdrawal/addresses.js";
import { anchorOf } from "../ledger/anchor.js";
import { bridgeId } from "../config/bridge-config.js";
import { type Items, NO_ITEMS } from "./items.js";
import type { Ledger } from "../ledger/ledger.js";
import { settle } from "./settle.js";
import { step as stepCodec } from "../ledger/journal-entry.js";
import { releaseSubaddress } from "../deposit/subaddress.js";
import { exampleConfig, filled, HOUR, ISSUER, XDX, XUS } from "../testing/config.js";
import type { TestPayment } from "../testing/diem-world.js";
import { refusal } from "../testing/refusal.js";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleLedger,
  itemOf,
  paymentOf,
  SENDER,
  type World,
} from "../testing/world.js";

const readyWorld = (ledger: Ledger = exampleLedger): World => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(paymentOf({}));
  return world;
};

const ONE_DEPOSIT: Items = { ...NO_ITEMS, deposits: [itemOf(0n)] };

const settleIn = (world: World, items: Items = ONE_DEPOSIT, ledger: Ledger = exampleLedger) =>
  settle(bridgeWith(ledger), world.facts(), items);

const refusalOf = (change: (world: World) => void, items: Items = ONE_DEPOSIT, ledger: Ledger = exampleLedger) => {
  const world = readyWorld(ledger);
  change(world);
  return refusal(() => settleIn(world, items, ledger));
};

const accrued: Ledger = {
  ...exampleLedger,
  currencies: exampleLedger.currencies.map((currency) => ({ ...currency, fees: 40n })),
};

describe("a settlement", () => {
  it("cancels the anchor, settles, mints claimed fees, approves the next anchor and tells the step, in this order", () => {
    const world = readyWorld(accrued);
    world.diem.received.push(paymentOf({ currency: "XDX", metadata: new Uint8Array() }));
    const registered = filled(32, 0x77);
    world.parachain.setAccount(registered, {});
    const preimage: WithdrawalPreimage = { payee: SENDER, subaddress: undefined, refundAccount: undefined };
    const account = withdrawalAccount(bridgeId(exampleConfig), preimage);
    world.parachain.setAssetAccount(XUS.assetId, account, { balance: 500n });
    const items: Items = {
      deposits: [itemOf(1n), itemOf(0n)],
      withdrawals: [{ preimage, currency: "XUS" }],
      registrations: [registered],
      feeClaims: ["XUS"],
      sentEvents: 0,
    };
    const settlement = settleIn(world, items, accrued);
    const id = bridgeId(exampleConfig);
    expect(settlement.calls).toEqual([
      { type: "cancelApproval", asset: XUS.assetId, delegate: anchorOf(id, accrued) },
      { type: "mint", asset: XUS.assetId, beneficiary: BENEFICIARY, amount: 995n },
      { type: "burn", asset: XUS.assetId, who: account, amount: 500n },
      { type: "mint", asset: XUS.assetId, beneficiary: exampleConfig.feeAccount, amount: 40n },
      { type: "approveTransfer", asset: XUS.assetId, delegate: anchorOf(id, settlement.ledger), amount: 1n },
      { type: "remark", remark: encode(stepCodec, settlement.step) },
    ]);
    expect(settlement.deposits.map(({ type }) => type)).toEqual(["refunded", "minted"]);
    expect(settlement.withdrawals).toMatchObject([{ type: "released", index: 1n }]);
    const remark = settlement.calls.at(-1);
    expect(remark?.type === "remark" && decode(stepCodec, remark.remark)).toEqual({
      ledger: settlement.ledger,
      accounts: [registered],
      releases: settlement.step.releases,
      kept: [],
      returned: [],
      decisions: [],
      thawed: false,
    });
    expect(settlement.ledger).toMatchObject({
      time: world.parachain.time,
      worked: exampleConfig.batchInterval,
      nonce: 2,
      deposits: { next: 2n, open: [] },
      accounts: append(ACCOUNTS, accrued.accounts, [registered]),
      releases: append(RELEASES, accrued.releases, settlement.step.releases),
      decisions: accrued.decisions,
    });
    expect(settlement.ledger.currencies.map(({ fees }) => fees)).toEqual([
      XUS.fees.deposit + XUS.fees.withdrawal,
      40n + XDX.fees.refund,
    ]);
    expect(settlement).toMatchObject({ nonce: 1, specVersion: 900 });
  });

  it("is the same for the same input", () => {
    const world = readyWorld();
    expect(settleIn(world)).toEqual(settleIn(world));
  });

  it("counts an hour at most of the time since the batch before as worked", () => {
    const world = readyWorld();
    world.setTime(exampleLedger.time + 5n * HOUR);
    expect(settleIn(world).ledger).toMatchObject({ time: exampleLedger.time + 5n * HOUR, worked: HOUR });
  });

  it("leaves what is open for later batches, and is refused with nothing else to do", () => {
    const full: Ledger = {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((currency) => ({
        ...currency,
        minted: { start: exampleLedger.time, used: XUS.windows.mint.amount },
      })),
    };
    const world = readyWorld(full);
    expect(refusal(() => settleIn(world, ONE_DEPOSIT, full))).toBe("refused/empty-batch");
    world.diem.received.push(paymentOf({ metadata: new Uint8Array() }));
    const settlement = settleIn(world, { ...NO_ITEMS, deposits: [itemOf(0n), itemOf(1n)] }, full);
    expect(settlement.deposits).toMatchObject([{ type: "open", window: "mint" }, { type: "refunded" }]);
    expect(settlement.ledger.deposits).toEqual({ next: 2n, open: [{ from: 0n, to: 1n }] });
  });

  it("is empty with nothing but a withdrawal that waits, and isn't with one that is burned", () => {
    const preimage: WithdrawalPreimage = { payee: SENDER, subaddress: undefined, refundAccount: undefined };
    const account = withdrawalAccount(bridgeId(exampleConfig), preimage);
    const holding = (balance: bigint) => (world: World) =>
      world.parachain.setAssetAccount(XUS.assetId, account, { balance });
    const items: Items = { ...NO_ITEMS, withdrawals: [{ preimage, currency: "XUS" }] };
    expect(refusalOf(holding(XUS.minimum - 1n), items)).toBe("refused/empty-batch");
    expect(refusalOf(holding(XUS.minimum), items)).toBeUndefined();
    const both = { ...ONE_DEPOSIT, withdrawals: items.withdrawals };
    expect(refusalOf(holding(XUS.minimum), both)).toBeUndefined();
  });

  it.each<[string, (world: World) => void]>([
    ["refused/skew", (world) => (world.diem.time += exampleConfig.maxSkew + 1n)],
    ["refused/skew", (world) => (world.diem.time -= exampleConfig.maxSkew + 1n)],
    ["refused/too-early", (world) => world.setTime(exampleLedger.time + exampleConfig.batchInterval - 1n)],
    ["refused/asset-frozen", (world) => world.parachain.setAsset(XUS.assetId, { status: "frozen" })],
    ["refused/nonce-behind", (world) => world.parachain.setAccount(ISSUER, { nonce: 0 })],
    ["refused/issuer-absent", (world) => world.parachain.setAccount(ISSUER, undefined)],
    ["refused/custody-frozen", (world) => (world.diem.custody = { frozen: true })],
    ["refused/custody-key", (world) => (world.diem.custody = { account: { authenticationKey: filled(32, 1) } })],
  ])("is refused: %s (%#)", (code, change) => {
    expect(refusalOf(change)).toBe(code);
  });

  it("takes times apart by just maxSkew", () => {
    expect(refusalOf((world) => (world.diem.time -= exampleConfig.maxSkew))).toBeUndefined();
  });

  it("is refused where another asset that it touches is frozen, and not where an untouched one is", () => {
    const frozen = (world: World) => world.parachain.setAsset(XDX.assetId, { status: "frozen" });
    expect(refusalOf(frozen)).toBeUndefined();
    expect(
      refusalOf((world) => {
        frozen(world);
        world.diem.received[0] = paymentOf({ currency: "XDX" });
      }),
    ).toBe("refused/asset-frozen");
  });

  it("is refused where the anchor's asset is frozen, whatever it touches", () => {
    const frozen = (world: World) => {
      world.parachain.setAsset(XUS.assetId, { status: "frozen" });
      world.diem.received[0] = paymentOf({ currency: "XDX" });
    };
    expect(refusalOf(frozen)).toBe("refused/asset-frozen");
  });

  it("refunds a deposit to an account whose last consumer slot another deposit of the batch takes", () => {
    const world = readyWorld();
    world.parachain.setAccount(BENEFICIARY, { consumers: exampleConfig.parachain.profile.maxConsumers });
    world.diem.received.push(paymentOf({ currency: "XDX" }), paymentOf({}));
    const items = { ...NO_ITEMS, deposits: [itemOf(0n), itemOf(1n), itemOf(2n)] };
    expect(settleIn(world, items).deposits).toMatchObject([
      { type: "minted" },
      { type: "refunded", reason: "not-receivable" },
      { type: "minted" },
    ]);
  });

  it("is refused for a ledger that isn't in force", () => {
    const world = readyWorld();
    expect(refusal(() => settleIn(world, ONE_DEPOSIT, { ...exampleLedger, worked: 1n }))).toBe("refused/not-in-force");
  });

  it("is refused under a profile that isn't in force", () => {
    const bridge = { ...bridgeWith(exampleLedger), profile: ASSET_HUB };
    expect(refusal(() => settle(bridge, readyWorld().facts(), ONE_DEPOSIT))).toBe("refused/profile");
  });

  it("is refused at a ledger info older than the ledger's own", () => {
    const ledger: Ledger = { ...exampleLedger, deposits: { next: 2n, open: [{ from: 0n, to: 1n }] } };
    expect(refusalOf(() => undefined, ONE_DEPOSIT, ledger)).toBe("refused/diem-behind");
    const paid: Ledger = { ...exampleLedger, paid: { sent: 1n, next: 0n, open: [] } };
    expect(refusalOf(() => undefined, ONE_DEPOSIT, paid)).toBe("refused/diem-behind");
  });

  it("is refused with an item twice", () => {
    expect(refusalOf(() => undefined, { ...NO_ITEMS, deposits: [itemOf(0n), itemOf(0n)] })).toBe("refused/duplicate");
    const preimage = { payee: SENDER, subaddress: undefined, refundAccount: undefined };
    const withdraw = (...currencies: string[]): Items => ({
      ...ONE_DEPOSIT,
      withdrawals: currencies.map((currency) => ({ preimage, currency })),
    });
    expect(refusalOf(() => undefined, withdraw("XUS", "XUS"))).toBe("refused/duplicate");
    expect(refusalOf(() => undefined, withdraw("XUS", "XDX"))).toBeUndefined();
    const registrations = [BENEFICIARY, BENEFICIARY];
    expect(refusalOf(() => undefined, { ...NO_ITEMS, registrations })).toBe("refused/duplicate");
    expect(refusalOf(() => undefined, { ...NO_ITEMS, feeClaims: ["XUS", "XUS"] }, accrued)).toBe("refused/duplicate");
  });

  it("waits longer and takes less after failed batches", () => {
    const fail = (failures: number, intervals: bigint) => (world: World) => {
      world.parachain.setAccount(ISSUER, { nonce: exampleLedger.nonce + failures });
      world.setTime(exampleLedger.time + intervals * exampleConfig.batchInterval);
    };
    expect(refusalOf(fail(1, 1n))).toBe("refused/too-early");
    expect(refusalOf(fail(1, 2n))).toBeUndefined();
    const world = readyWorld();
    fail(1, 2n)(world);
    expect(settleIn(world)).toMatchObject({ nonce: 2, ledger: { nonce: 3 } });
  });

  it("takes over a new spec version without any item", () => {
    const world = readyWorld();
    expect(refusal(() => settleIn(world, NO_ITEMS))).toBe("refused/empty-batch");
    world.parachain.specVersion = 901;
    expect(settleIn(world, NO_ITEMS)).toMatchObject({ specVersion: 901, ledger: { runtime: { specVersion: 901 } } });
  });
});

describe("registering", () => {
  const register = (...registrations: Uint8Array[]): Items => ({ ...NO_ITEMS, registrations });

  it("is refused for an account that can't receive", () => {
    expect(refusalOf(() => undefined, register(filled(32, 1)))).toBe("refused/not-receivable");
  });

  it("is refused while the issuer has no more than the reserve", () => {
    const fund = (free: bigint) => (world: World) => world.parachain.setAccount(ISSUER, { nonce: 1, free });
    expect(refusalOf(fund(exampleConfig.reserve), register(BENEFICIARY))).toBe("refused/reserve");
    expect(refusalOf(fund(exampleConfig.reserve + 1n), register(BENEFICIARY))).toBeUndefined();
    expect(refusalOf(fund(0n))).toBeUndefined();
  });

  it("takes 64 accounts a batch", () => {
    const accounts = Array.from({ length: 65 }, (_, i) => filled(32, i + 1));
    const fund = (world: World) => {
      for (const account of accounts) world.parachain.setAccount(account, {});
    };
    expect(refusalOf(fund, register(...accounts))).toBe("refused/registrations");
    expect(refusalOf(fund, register(...accounts.slice(1)))).toBeUndefined();
  });

  it("counts a consumer slot that a deposit of the batch takes", () => {
    const { maxConsumers } = exampleConfig.parachain.profile;
    const one = (world: World) => world.parachain.setAccount(BENEFICIARY, { consumers: maxConsumers });
    // XUS is there once the deposit is minted, so XUS can be received.
    expect(refusalOf(one, { ...ONE_DEPOSIT, registrations: [BENEFICIARY] })).toBeUndefined();
  });
});

describe("claiming fees", () => {
  const claim = (...feeClaims: string[]): Items => ({ ...NO_ITEMS, feeClaims });

  it("mints what had accrued before the batch", () => {
    const settlement = settleIn(readyWorld(accrued), { ...ONE_DEPOSIT, feeClaims: ["XUS", "XDX"] }, accrued);
    expect(settlement.calls.filter(({ type }) => type === "mint")).toMatchObject([
      { beneficiary: BENEFICIARY },
      { asset: XUS.assetId, beneficiary: exampleConfig.feeAccount, amount: 40n },
      { asset: XDX.assetId, beneficiary: exampleConfig.feeAccount, amount: 40n },
    ]);
    expect(settlement.ledger.currencies.map(({ fees }) => fees)).toEqual([XUS.fees.deposit, 0n]);
  });

  it("is refused where another claim of the batch takes the fee account's last consumer slot", () => {
    const { maxConsumers } = exampleConfig.parachain.profile;
    const crowded = (world: World) => world.parachain.setAccount(exampleConfig.feeAccount, { consumers: maxConsumers });
    expect(refusalOf(crowded, claim("XDX"), accrued)).toBeUndefined();
    expect(refusalOf(crowded, claim("XUS", "XDX"), accrued)).toBe("refused/not-receivable");
  });

  it("is refused without fees, without such a currency, and where the fee account can't receive", () => {
    expect(refusalOf(() => undefined, claim("XUS"))).toBe("refused/no-fees");
    expect(refusalOf(() => undefined, claim("ABC"), accrued)).toBe("refused/unknown-currency");
    expect(
      refusalOf((world) => world.parachain.setAccount(exampleConfig.feeAccount, undefined), claim("XUS"), accrued),
    ).toBe("refused/not-receivable");
  });
});

describe("folding what custody has paid", () => {
  const owed = (count: number): Ledger => ({
    ...exampleLedger,
    releases: { frozenSubtreeRoots: [filled(32, 1)], numLeaves: BigInt(count) },
  });
  const payout = (index: bigint | undefined): TestPayment => ({
    ...paymentOf({}),
    metadata: encode(metadata, {
      type: "general",
      value: {
        toSubaddress: undefined,
        fromSubaddress: index === undefined ? undefined : releaseSubaddress(index),
        referencedEvent: undefined,
      },
    }),
  });
  const pay =
    (...indices: (bigint | undefined)[]) =>
    (world: World) =>
      void world.diem.sent.push(...indices.map(payout));
  const fold = (sentEvents: number, items: Items = ONE_DEPOSIT): Items => ({ ...items, sentEvents });

  it("moves the ledger forward over proven payments, in any order of releases", () => {
    const world = readyWorld(owed(4));
    pay(2n, 0n)(world);
    expect(settleIn(world, fold(2), owed(4)).ledger.paid).toEqual({ sent: 2n, next: 3n, open: [{ from: 1n, to: 2n }] });
    expect(settleIn(world, fold(1), owed(4)).ledger.paid.sent).toBe(1n);
  });

  it("is worth a batch of its own from 64 payments on", () => {
    const many = Array.from({ length: 64 }, (_, i) => BigInt(i));
    expect(refusalOf(pay(...many), fold(63, NO_ITEMS), owed(64))).toBe("refused/empty-batch");
    expect(refusalOf(pay(...many), fold(64, NO_ITEMS), owed(64))).toBeUndefined();
  });

  it("is refused for a payment of no release, of an unknown or of a paid one, and beyond the proven count", () => {
    expect(refusalOf(pay(undefined), fold(1), owed(4))).toBe("refused/unknown-payment");
    expect(refusalOf(pay(4n), fold(1), owed(4))).toBe("refused/unknown-payment");
    expect(refusalOf(pay(1n, 1n), fold(2), owed(4))).toBe("refused/unknown-payment");
    expect(refusalOf(pay(1n), fold(2), owed(4))).toBe("refused/no-such-payment");
  });
});
