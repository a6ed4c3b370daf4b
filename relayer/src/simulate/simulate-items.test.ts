import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { accountSubaddress, releaseSubaddress } from "@pdiem/bridge/deposit/subaddress";
import type { Facts } from "@pdiem/bridge/facts/facts";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { ACCOUNTS, RELEASES, WAITING, type WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import type { Release } from "@pdiem/bridge/ledger/release";
import type { Admission, DepositLookups } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import { exampleConfig, filled, XDX, XUS } from "@pdiem/bridge/testing/config";
import { SENT_KEY, START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import { releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleLedger,
  paymentOf,
  putOff,
  SENDER,
  settleNext,
  toAccount,
  toCustodysSubaddress,
  type World,
} from "@pdiem/bridge/testing/world";
import { withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { listTree } from "@pdiem/bridge-client/ledger/list-tree";
import { equal } from "@pdiem/light-client/bytes";
import { ProofError } from "@pdiem/light-client/error";
import { systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulateItems, type Tries } from "./simulate-items.js";

const NOTHING: Tries = {
  waiting: [],
  admissions: [],
  withdrawals: [],
  registrations: [],
  feeClaims: [],
  fold: 0,
  thaws: [],
  withoutTeam: [],
  checkpoints: [],
};
const PREIMAGE = { payee: SENDER, subaddress: undefined, refundAccount: BENEFICIARY };
const ACCOUNT = withdrawalAccount(bridgeId(exampleConfig), PREIMAGE);
const { maxConsumers } = exampleConfig.parachain;
const NO_TREE = listTree(WAITING);

const readyWorld = (ledger: Ledger = exampleLedger): World => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  return world;
};

const simulate = (ledger: Ledger, facts: Facts, tries: Partial<Tries>, tree = NO_TREE) =>
  simulateItems(bridgeWith(ledger), facts, tree, { ...NOTHING, ...tries });

const codes = (refused: readonly { readonly error: { readonly code: string } }[]): readonly string[] =>
  refused.map(({ error }) => error.code);

describe("a simulation of items", () => {
  it("leaves out, or puts off, what a frozen asset holds up, and nothing else", () => {
    const world = readyWorld();
    const nobody = new Uint8Array();
    world.diem.received.push(paymentOf({ currency: "XDX" }), paymentOf({}), paymentOf({ metadata: nobody }));
    for (const { assetId } of [XUS, XDX]) world.parachain.setAssetAccount(assetId, ACCOUNT, { balance: 500n });
    world.parachain.setAsset(XDX.assetId, { status: "frozen" });
    const facts = world.facts();
    const simulated = simulate(exampleLedger, facts, {
      admissions: [settleNext(), settleNext(), settleNext()],
      withdrawals: ["XDX", "XUS"].map((currency) => ({ preimage: PREIMAGE, currency })),
      registrations: [BENEFICIARY],
    });
    const { items, refused } = simulated;
    expect(items.admissions).toEqual([putOff(1), settleNext(), settleNext()]);
    expect(items.withdrawals.map(({ currency }) => currency)).toEqual(["XUS"]);
    expect(items.registrations).toEqual([BENEFICIARY]);
    expect(refused.deposits).toMatchObject([{ item: 0n, error: { code: "refused/asset-frozen" } }]);
    expect(codes(refused.withdrawals)).toEqual(["refused/asset-frozen"]);
    const { deposits, withdrawals } = settle(bridgeWith(exampleLedger), facts, items, []);
    expect([...deposits, ...withdrawals].map(({ type }) => type)).toEqual(["minted", "refunded", "released"]);
  });

  it("takes up deposits that wait, and leaves out withdrawals that do, and says why", () => {
    const use = { start: exampleLedger.time, used: XUS.windows.mint.amount };
    const currencies = exampleLedger.currencies.map((part) => ({ ...part, minted: use, released: use }));
    const ledger: Ledger = { ...exampleLedger, currencies };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({}));
    world.parachain.setAssetAccount(XUS.assetId, ACCOUNT, { balance: 500n });
    const withdrawals = [{ preimage: PREIMAGE, currency: "XUS" }];
    const simulated = simulate(ledger, world.facts(), { admissions: [settleNext()], withdrawals });
    expect(simulated.items).toMatchObject({ admissions: [settleNext()], withdrawals: [] });
    expect(simulated.deposits).toMatchObject([{ type: "waits", reason: "mint-window" }]);
    expect(simulated.withdrawals).toMatchObject([{ type: "waits", reason: "release-window" }]);
    expect(simulated.isWorthwhile).toBe(false);
  });

  it("takes up no deposits that the nodes' state hasn't got", () => {
    const world = readyWorld();
    world.diem.received.push(paymentOf({}));
    const simulated = simulate(exampleLedger, world.facts(), { admissions: [settleNext(), settleNext(), putOff(3)] });
    expect(simulated.items.admissions).toEqual([settleNext()]);
    expect(simulated.refused.deposits).toEqual([]);
    expect(simulated.isWorthwhile).toBe(true);
  });

  it("tells everything that was looked up in vain, of whichever item, and refuses none for it", () => {
    const ledger: Ledger = { ...exampleLedger, ...owingOf([releaseOf()]) };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({ metadata: new Uint8Array() }), paymentOf({}));
    world.diem.sent.push(sentFor(0n));
    world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + 1n } };
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
    const simulated = simulate(ledger, facts, { admissions: [settleNext(), settleNext()], fold: 1 });
    expect(simulated.misses).toEqual({ accounts: [SENDER], storage: [systemAccount(BENEFICIARY)], sentEvents: [0n] });
    expect(simulated.refused).toMatchObject({ deposits: [], fold: [] });
  });

  it("folds nothing where it can't, and lets the rest settle", () => {
    const ledger: Ledger = { ...exampleLedger, ...owingOf([releaseOf(), releaseOf()]) };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({}));
    world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + 2n } };
    world.diem.sent.push(sentFor(1n), sentFor(undefined));
    expect(simulate(ledger, world.facts(), { admissions: [settleNext()], fold: 2 })).toMatchObject({
      items: { admissions: [settleNext()], fold: 2 },
      isWorthwhile: true,
    });
    world.diem.sent[0] = sentFor(undefined);
    const broken = simulate(ledger, world.facts(), { admissions: [settleNext()], fold: 2 });
    expect(broken).toMatchObject({ items: { admissions: [settleNext()], fold: 0 }, isWorthwhile: true });
    expect(codes(broken.refused.fold)).toEqual(["refused/unknown-payment"]);
  });

  it("clears what waited and ends, with paths that fit what was cleared before, and leaves the rest", () => {
    const leaves: readonly WaitingLeaf[] = [
      { type: "deposit", value: 0n },
      { type: "release", value: 0n },
      { type: "deposit", value: 1n },
      { type: "deposit", value: 2n },
      { type: "release", value: 1n },
    ];
    const releases = [releaseOf(), releaseOf({ origin: { type: "deposit", value: { number: 9n } } })];
    const tree = listTree(WAITING, leaves);
    const owed = owingOf(releases);
    const ledger: Ledger = { ...exampleLedger, ...owed, deposits: 3n, waiting: tree.list(), paid: PAID_TWO };
    const world = readyWorld(ledger);
    world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + 2n } };
    world.diem.received.push(paymentOf({}), paymentOf({ metadata: new Uint8Array(), other: filled(16, 9) }));
    world.diem.received.push(paymentOf({ currency: "XDX" }));
    const facts = world.facts();
    const proofs = listTree(RELEASES, releases);
    const tries = leaves.map((leaf, i): Tries["waiting"][number] => ({
      index: BigInt(i),
      content:
        leaf.type === "deposit"
          ? { type: "deposit", value: { number: leaf.value, lookups: lookups({}) } }
          : {
              type: "release",
              value: {
                index: leaf.value,
                leaf: releases[Number(leaf.value)] as Release,
                path: proofs.path(leaf.value),
              },
            },
    }));
    const { items, waiting } = simulate(ledger, facts, { waiting: tries }, tree);
    // The second deposit's sender doesn't exist: nothing can be sent back yet.
    expect(items.waiting.map(({ index }) => index)).toEqual([0n, 1n, 3n, 4n]);
    expect(waiting.map(({ result }) => result.type)).toEqual([
      "minted",
      "given-back",
      "waits",
      "minted",
      "released-anew",
    ]);
    expect(settle(bridgeWith(ledger), facts, items, []).entry.cleared).toEqual([0n, 1n, 3n, 4n]);
    expect(tree.list()).toEqual(ledger.waiting);
  });

  it("accepts only what makes a batch together, whatever the deposits, accounts and windows", () => {
    const users = [1, 2, 3].map((n) => filled(32, n));
    const registered = [filled(32, 1), filled(32, 2)];
    const released = [releaseOf(), releaseOf({ origin: { type: "deposit", value: { number: 9n } } })];
    const trees = { accounts: listTree(ACCOUNTS, registered), releases: listTree(RELEASES, released) };
    const shown = (index: number): Partial<DepositLookups> => ({
      account: { leaf: registered[index] as Uint8Array, path: trees.accounts.path(BigInt(index)) },
      release: { leaf: released[index] as Release, path: trees.releases.path(BigInt(index)) },
    });
    const destination = fc.oneof(
      fc.constantFrom(...users, ACCOUNT).map((account) => ({ metadata: toAccount(account), lookups: {} })),
      fc.integer({ min: 0, max: 2 }).map((index) => ({
        metadata: toCustodysSubaddress(accountSubaddress(BigInt(index))),
        lookups: index < 2 ? shown(index) : {},
      })),
      fc.integer({ min: 0, max: 2 }).map((index) => ({
        metadata: toCustodysSubaddress(releaseSubaddress(BigInt(index))),
        lookups: index < 2 ? shown(index) : {},
      })),
      fc.uint8Array({ maxLength: 10 }).map((metadata) => ({ metadata, lookups: {} })),
    );
    const payment = fc.record({
      currency: fc.constantFrom("XUS", "XDX", "ABC"),
      amount: fc.oneof(fc.bigInt({ min: 1n, max: 11_000n }), fc.constant(1n << 63n)),
      to: destination,
      isPutOff: fc.boolean(),
    });
    const scene = fc.record({
      payments: fc.array(payment, { minLength: 1, maxLength: 12 }),
      consumers: fc.array(fc.integer({ min: maxConsumers - 1, max: maxConsumers + 1 }), { minLength: 3, maxLength: 3 }),
      used: fc.bigInt({ min: 0n, max: 15_000n }),
      balances: fc.array(fc.bigInt({ min: 0n, max: 25_000n }), { minLength: 2, maxLength: 2 }),
      isPayable: fc.boolean(),
      claims: fc.subarray(["XUS", "XDX", "ABC"]),
    });
    let ended = 0;
    fc.assert(
      fc.property(scene, ({ payments, consumers, used, balances, isPayable, claims }) => {
        const use = { start: exampleLedger.time, used };
        const owed = owingOf(released);
        const currencies = owed.currencies.map((part) => ({
          ...part,
          fees: 9n,
          minted: use,
          released: use,
          refunded: use,
        }));
        const ledger = { ...exampleLedger, ...owed, accounts: trees.accounts.list(), currencies };
        const world = readyWorld(ledger);
        world.diem.received.push(...payments.map(({ to, ...one }) => paymentOf({ ...one, metadata: to.metadata })));
        for (const [i, user] of users.entries()) world.parachain.setAccount(user, { consumers: consumers[i] ?? 0 });
        for (const [i, { assetId }] of [XUS, XDX].entries())
          world.parachain.setAssetAccount(assetId, ACCOUNT, { balance: balances[i] ?? 0n });
        if (!isPayable) world.diem.setAccount(SENDER, undefined);
        const facts = world.facts();
        const simulated = simulate(ledger, facts, {
          admissions: payments.map(({ to, isPutOff }): Admission => (isPutOff ? putOff(1) : settleNext(to.lookups))),
          withdrawals: ["XUS", "XDX"].map((currency) => ({ preimage: PREIMAGE, currency })),
          registrations: users,
          feeClaims: claims,
        });
        const code = outcome(() => settle(bridgeWith(ledger), facts, simulated.items, []));
        expect(code).toBe(simulated.isWorthwhile ? "accepted" : "refused/empty-batch");
        if (!simulated.isWorthwhile) return;
        const { deposits, withdrawals } = settle(bridgeWith(ledger), facts, simulated.items, []);
        expect(deposits).toEqual(simulated.deposits);
        expect(withdrawals.every(({ type }) => type !== "waits")).toBe(true);
        ended += deposits.filter(({ type }) => type !== "waits").length;
      }),
      { numRuns: 300 },
    );
    expect(ended).toBeGreaterThan(100);
  });
});

const PAID_TWO = { releases: 2n, events: 0n };

const lookups = (given: Partial<DepositLookups>): DepositLookups => ({
  account: undefined,
  release: undefined,
  paymentsBefore: undefined,
  ...given,
});

/** The parts of a ledger that owes these releases. */
const owingOf = (releases: readonly Release[]): Pick<Ledger, "releases" | "currencies"> => ({
  releases: listTree(RELEASES, releases).list(),
  currencies: exampleLedger.currencies.map((part, i) => ({
    ...part,
    owed: releases
      .filter(({ currency }) => currency === exampleConfig.currencies[i]?.code)
      .reduce((sum, { amount }) => sum + amount, 0n),
  })),
});
