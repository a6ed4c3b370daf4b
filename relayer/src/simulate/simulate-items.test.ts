import { withdrawalAccount } from "@pdiem/bridge/withdrawal/addresses";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { type Ledger, MAX_OPEN_RANGES } from "@pdiem/bridge/ledger/ledger";
import { settle } from "@pdiem/bridge/settlement/settle";
import { accountSubaddress, releaseSubaddress } from "@pdiem/bridge/deposit/subaddress";
import { exampleConfig, filled, XDX, XUS } from "@pdiem/bridge/testing/config";
import { SENT_KEY } from "@pdiem/bridge/testing/diem-world";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleLedger,
  itemOf,
  paymentOf,
  SENDER,
  toAccount,
  toCustodysSubaddress,
  type World,
} from "@pdiem/bridge/testing/world";
import { equal } from "@pdiem/light-client/bytes";
import { ProofError } from "@pdiem/light-client/error";
import { systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TrialItems, tryItems } from "./simulate-items.js";

const NO_ITEMS: TrialItems = { deposits: [], withdrawals: [], registrations: [], feeClaims: [], sentEvents: 0 };
const PREIMAGE = { payee: SENDER, subaddress: undefined, refundAccount: BENEFICIARY };
const ACCOUNT = withdrawalAccount(bridgeId(exampleConfig), PREIMAGE);
const { maxConsumers } = exampleConfig.parachain.profile;

const readyWorld = (ledger: Ledger = exampleLedger): World => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  return world;
};

const codes = (refused: readonly { readonly error: { readonly code: string } }[]): readonly string[] =>
  refused.map(({ error }) => error.code);

describe("a trial of items", () => {
  it("leaves out what a frozen asset holds up, and nothing else", () => {
    const world = readyWorld();
    const nobody = new Uint8Array();
    world.diem.received.push(
      ...[paymentOf({ currency: "XDX" }), paymentOf({}), paymentOf({ currency: "XDX", metadata: nobody })],
    );
    for (const { assetId } of [XUS, XDX]) world.parachain.setAssetAccount(assetId, ACCOUNT, { balance: 500n });
    world.parachain.setAsset(XDX.assetId, { status: "frozen" });
    const facts = world.facts();
    const trial = tryItems(bridgeWith(exampleLedger), facts, {
      ...NO_ITEMS,
      deposits: [itemOf(0n), itemOf(1n), itemOf(2n)],
      withdrawals: ["XDX", "XUS"].map((currency) => ({ preimage: PREIMAGE, currency })),
      registrations: [BENEFICIARY],
    });
    expect(trial.deposits.map(({ number }) => number)).toEqual([1n, 2n]);
    expect(trial.withdrawals.map(({ currency }) => currency)).toEqual(["XUS"]);
    expect(trial.registrations).toEqual([BENEFICIARY]);
    expect(codes(trial.refused.deposits)).toEqual(["refused/asset-frozen"]);
    expect(codes(trial.refused.withdrawals)).toEqual(["refused/asset-frozen"]);
    const { deposits, withdrawals } = settle(bridgeWith(exampleLedger), facts, trial);
    expect([...deposits, ...withdrawals].map(({ type }) => type)).toEqual(["minted", "refunded", "released"]);
  });

  it("asks for nothing that stays open or waits, and says what it is", () => {
    const used = XUS.windows.mint.amount;
    const use = { start: exampleLedger.time, used };
    const ledger: Ledger = {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((part) => ({ ...part, minted: use, released: use })),
    };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({}));
    world.parachain.setAssetAccount(XUS.assetId, ACCOUNT, { balance: 500n });
    const trial = tryItems(bridgeWith(ledger), world.facts(), {
      ...NO_ITEMS,
      deposits: [itemOf(0n)],
      withdrawals: [{ preimage: PREIMAGE, currency: "XUS" }],
    });
    expect(trial).toMatchObject({ deposits: [], withdrawals: [] });
    expect(trial.outcomes).toMatchObject([{ type: "open", window: "mint" }]);
    expect(trial.withdrawalOutcomes).toMatchObject([{ type: "waits", reason: "release-window" }]);
  });

  it("tells everything that was looked up in vain, of whichever item, and refuses none for it", () => {
    const world = readyWorld();
    world.diem.received.push(paymentOf({ metadata: new Uint8Array() }), paymentOf({}));
    world.diem.sent.push(sentFor(0n));
    const whole = world.facts();
    const notShown = () => {
      throw new ProofError("proof/not-shown", "withheld");
    };
    const facts: Facts = {
      diem: {
        ...whole.diem,
        account: (address) => (equal(address, SENDER) ? notShown() : whole.diem.account(address)),
        event: (key, place) => (equal(key, SENT_KEY) ? notShown() : whole.diem.event(key, place)),
      },
      parachain: {
        ...whole.parachain,
        storage: (key) => (equal(key, systemAccount(BENEFICIARY)) ? notShown() : whole.parachain.storage(key)),
      },
    };
    const deposits = [itemOf(0n), itemOf(1n)];
    const trial = tryItems(bridgeWith(exampleLedger), facts, { ...NO_ITEMS, deposits, sentEvents: 1 });
    expect(trial.misses).toEqual({ accounts: [SENDER], storage: [systemAccount(BENEFICIARY)], sentEvents: [0n] });
    expect(trial).toMatchObject({ deposits: [], refused: { deposits: [] } });
  });

  it("folds nothing where it can't, and lets the rest settle", () => {
    const ledger = owing([releaseOf()]);
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({}));
    world.diem.sent.push(sentFor(0n), sentFor(1n));
    const items = (sentEvents: number) => ({ ...NO_ITEMS, deposits: [itemOf(0n)], sentEvents });
    const trial = (sentEvents: number) => tryItems(bridgeWith(ledger), world.facts(), items(sentEvents));
    expect(trial(1)).toMatchObject({ deposits: [{ number: 0n }], sentEvents: 1 });
    expect(trial(2)).toMatchObject({ deposits: [{ number: 0n }], sentEvents: 0 });
  });

  it("accepts only what makes a batch together, whatever the deposits, accounts, windows and open ranges", () => {
    const users = [1, 2, 3].map((n) => filled(32, n));
    const destination = fc.oneof(
      fc.constantFrom(...users, ACCOUNT).map(toAccount),
      fc.bigInt({ min: 0n, max: 2n }).map((index) => toCustodysSubaddress(accountSubaddress(index))),
      fc.bigInt({ min: 0n, max: 2n }).map((index) => toCustodysSubaddress(releaseSubaddress(index))),
      fc.uint8Array({ maxLength: 10 }),
    );
    const payment = fc.record({
      currency: fc.constantFrom("XUS", "XDX", "ABC"),
      amount: fc.oneof(fc.bigInt({ min: 1n, max: 11_000n }), fc.constant((1n << 64n) - 1n)),
      metadata: destination,
    });
    const scene = fc.record({
      payments: fc.array(payment, { minLength: 1, maxLength: 12 }),
      consumers: fc.array(fc.integer({ min: maxConsumers - 1, max: maxConsumers + 1 }), { minLength: 3, maxLength: 3 }),
      used: fc.bigInt({ min: 0n, max: 15_000n }),
      ranges: fc.constantFrom(0, 0, 0, 0, MAX_OPEN_RANGES - 1, MAX_OPEN_RANGES),
      balances: fc.array(fc.bigInt({ min: 0n, max: 25_000n }), { minLength: 2, maxLength: 2 }),
      isPayable: fc.boolean(),
      claims: fc.subarray(["XUS", "XDX", "ABC"]),
    });
    let settledDeposits = 0;
    fc.assert(
      fc.property(scene, fc.func(fc.boolean()), ({ payments, consumers, used, ranges, ...rest }, isAsked) => {
        const use = { start: exampleLedger.time, used };
        const first = 2 * ranges;
        const ledger: Ledger = {
          ...exampleLedger,
          deposits: {
            next: BigInt(first),
            open: Array.from({ length: ranges }, (_, i) => ({ from: 2n * BigInt(i), to: 2n * BigInt(i) + 1n })),
          },
          currencies: exampleLedger.currencies.map(() => ({ fees: 9n, minted: use, released: use, refunded: use })),
        };
        const world = readyWorld(ledger);
        for (let i = 0; i < first; i++) world.diem.received.push(paymentOf({ metadata: new Uint8Array() }));
        world.diem.received.push(...payments.map(paymentOf));
        for (const [i, user] of users.entries()) world.parachain.setAccount(user, { consumers: consumers[i] ?? 0 });
        for (const [i, { assetId }] of [XUS, XDX].entries())
          world.parachain.setAssetAccount(assetId, ACCOUNT, { balance: rest.balances[i] ?? 0n });
        if (!rest.isPayable) world.diem.setAccount(SENDER, undefined);
        const facts = world.facts();
        const numbers = [...Array.from({ length: Math.min(3, ranges) }, (_, i) => 2 * i), ...payments.keys()].map(
          (n, i) => (i < Math.min(3, ranges) ? n : first + n),
        );
        const bridge = bridgeWith(ledger);
        const trial = tryItems(bridge, facts, {
          deposits: numbers.filter((n) => isAsked(n)).map((n) => itemOf(BigInt(n))),
          withdrawals: ["XUS", "XDX"].map((currency) => ({ preimage: PREIMAGE, currency })),
          registrations: users,
          feeClaims: rest.claims,
          sentEvents: 0,
        });
        const { deposits: asked, withdrawals: burned, registrations, feeClaims } = trial;
        if (asked.length + burned.length + registrations.length + feeClaims.length === 0) return;
        const { deposits, withdrawals } = settle(bridge, facts, trial);
        expect(deposits.every(({ type }) => type !== "open")).toBe(true);
        expect(withdrawals.every(({ type }) => type !== "waits")).toBe(true);
        settledDeposits += deposits.length;
      }),
      { numRuns: 60 },
    );
    expect(settledDeposits).toBeGreaterThan(0);
  });
});
