import { toHex } from "@pdiem/light-client/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bridgeId } from "../config/bridge-config.js";
import { checkCustody } from "../custody/custody.js";
import type { Ledger } from "../ledger/ledger.js";
import { type Draft, draftOf } from "../settlement/batch-draft.js";
import { createReceivers } from "../settlement/receivable.js";
import { exampleConfig, filled, ISSUER, XDX, XUS } from "../testing/config.js";
import { CUSTODY, rootState } from "../testing/diem-world.js";
import { refusal } from "../testing/refusal.js";
import { createWorld, exampleLedger, START, type World } from "../testing/world.js";
import { type WithdrawalPreimage, withdrawalAccount } from "./addresses.js";
import { DIEM_ROOT } from "./payable.js";
import { settleWithdrawal } from "./settle-withdrawal.js";

const ID = bridgeId(exampleConfig);
const PAYEE = filled(16, 0x77);
const REFUND = filled(32, 0x78);
const PREIMAGE: WithdrawalPreimage = { payee: PAYEE, subaddress: filled(8, 1), refundAccount: REFUND };
const ACCOUNT = withdrawalAccount(ID, PREIMAGE);
const FEE = XUS.fees.withdrawal;

type Change = (world: World) => void;
const hold = (balance: bigint, account = ACCOUNT, asset = XUS.assetId): Change => {
  return ({ parachain }) => parachain.setAssetAccount(asset, account, { balance });
};
const nothing: Change = () => undefined;

/** A payee who can be paid and a refund account that can receive, unless a test changes that. */
const contextIn = (changes: readonly Change[], ledger: Ledger) => {
  const world = createWorld(ledger);
  world.diem.setAccount(PAYEE, {});
  world.parachain.setAccount(REFUND, {});
  for (const change of changes) change(world);
  const facts = world.facts();
  return {
    config: exampleConfig,
    bridgeId: ID,
    ledger,
    facts,
    custody: checkCustody(exampleConfig, ISSUER, facts.diem),
    receivers: createReceivers(facts.parachain, exampleConfig.parachain.profile),
  };
};

const settle = (changes: readonly Change[], preimage = PREIMAGE, ledger = exampleLedger, currency = "XUS") =>
  settleWithdrawal(contextIn(changes, ledger), draftOf(ledger), { preimage, currency });

const UNPAYABLE: readonly (readonly [string, Change])[] = [
  ["absent", ({ diem }) => diem.setAccount(PAYEE, undefined)],
  ["currency", ({ diem }) => diem.setAccount(PAYEE, { balances: { XDX: 0n } })],
  ["frozen", ({ diem }) => diem.setAccount(PAYEE, { frozen: true })],
  [
    "family",
    ({ diem }) => {
      diem.custody = { vasp: "parent" };
      diem.setAccount(PAYEE, { vasp: { childOf: CUSTODY } });
    },
  ],
];

describe("a withdrawal", () => {
  it("burns all, owes the payee the amount less the fee, and accrues the fee", () => {
    const { draft, outcome } = settle([hold(1_000n)]);
    const release = {
      currency: "XUS",
      amount: 1_000n - FEE,
      payee: PAYEE,
      subaddress: PREIMAGE.subaddress,
      origin: { type: "withdrawal", value: { account: ACCOUNT, refundAccount: REFUND } },
    };
    expect(outcome).toEqual({
      type: "released",
      account: ACCOUNT,
      currency: "XUS",
      burned: 1_000n,
      fee: FEE,
      index: 0n,
      release,
    });
    expect(draft.calls).toEqual([{ type: "burn", asset: XUS.assetId, who: ACCOUNT, amount: 1_000n }]);
    expect(draft.releases).toEqual([release]);
    expect(draft.currencies[0]).toMatchObject({ fees: FEE, released: { start: START, used: 1_000n } });
    expect(draft.currencies[1]).toEqual(exampleLedger.currencies[1]);
  });

  it("works on each currency's own asset and part of the ledger", () => {
    const { draft, outcome } = settle([hold(500n, ACCOUNT, XDX.assetId)], PREIMAGE, exampleLedger, "XDX");
    expect(outcome).toMatchObject({ type: "released", currency: "XDX", release: { currency: "XDX" } });
    expect(draft.calls).toMatchObject([{ type: "burn", asset: XDX.assetId, amount: 500n }]);
    expect(draft.currencies.map(({ fees }) => fees)).toEqual([0n, XDX.fees.withdrawal]);
  });

  it("is numbered after the ledger's releases and those of the batch so far", () => {
    const ledger = { ...exampleLedger, releases: { frozenSubtreeRoots: [filled(32, 1)], numLeaves: 4n } };
    const { draft } = settle([hold(1_000n)]);
    const before: Draft = { ...draftOf(ledger), releases: draft.releases };
    const second = settleWithdrawal(contextIn([hold(1_000n)], ledger), before, {
      preimage: PREIMAGE,
      currency: "XUS",
    });
    expect(second.outcome).toMatchObject({ type: "released", index: 5n });
  });

  it.each([
    [XUS.minimum, XUS.minimum],
    [XUS.maximum, XUS.maximum],
    [XUS.maximum + 1n, XUS.maximum + 1n - XUS.minimum],
    [XUS.maximum + XUS.minimum - 1n, XUS.maximum - 1n],
    [XUS.maximum + XUS.minimum, XUS.maximum],
    [1n << 100n, XUS.maximum],
  ])("of a balance of %s burns %s", (balance, burned) => {
    expect(settle([hold(balance)]).outcome).toMatchObject({ type: "released", burned });
  });

  it("leaves nothing or at least the minimum, never takes more than the maximum nor less than the minimum", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: XUS.minimum, max: 3n * XUS.maximum }), (balance) => {
        const { outcome } = settle([hold(balance)]);
        const burned = outcome.type === "released" ? outcome.burned : 0n;
        const left = balance - burned;
        expect(left === 0n || left >= XUS.minimum).toBe(true);
        expect(burned >= XUS.minimum && burned <= XUS.maximum).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, Change]>([
    ["below-minimum", nothing],
    ["below-minimum", hold(XUS.minimum - 1n)],
    [
      "account-frozen",
      ({ parachain }) => parachain.setAssetAccount(XUS.assetId, ACCOUNT, { balance: 1_000n, status: "frozen" }),
    ],
    [
      "account-frozen",
      ({ parachain }) => parachain.setAssetAccount(XUS.assetId, ACCOUNT, { balance: 1_000n, status: "blocked" }),
    ],
  ])("waits and changes nothing: %s (%#)", (reason, change) => {
    const { draft, outcome } = settle([change]);
    expect(outcome).toEqual({ type: "waits", account: ACCOUNT, currency: "XUS", reason, unpayable: undefined });
    expect(draft).toEqual(draftOf(exampleLedger));
  });

  it("waits for the next window where the release window has less left, whatever else settles", () => {
    const used = XUS.windows.release.amount - 999n;
    const full: Ledger = {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((part) => ({ ...part, released: { start: START, used } })),
    };
    expect(settle([hold(1_000n)], PREIMAGE, full)).toMatchObject({
      draft: draftOf(full),
      outcome: { type: "waits", reason: "release-window" },
    });
    expect(settle([hold(999n)], PREIMAGE, full).outcome.type).toBe("released");
  });

  it.each(UNPAYABLE)("to a payee who can't be paid goes to the refund account, fee off: %s", (unpayable, change) => {
    const { draft, outcome } = settle([hold(1_000n), change]);
    expect(outcome).toEqual({
      type: "returned",
      account: ACCOUNT,
      currency: "XUS",
      burned: 1_000n,
      fee: FEE,
      refundAccount: REFUND,
      amount: 1_000n - FEE,
      unpayable,
    });
    expect(draft.calls).toEqual([
      { type: "burn", asset: XUS.assetId, who: ACCOUNT, amount: 1_000n },
      { type: "mint", asset: XUS.assetId, beneficiary: REFUND, amount: 1_000n - FEE },
    ]);
    expect(draft).toMatchObject({
      releases: [],
      returned: [{ preimage: PREIMAGE, currency: "XUS", reason: unpayable }],
    });
    expect(draft.currencies[0]).toEqual({ ...exampleLedger.currencies[0], fees: FEE });
  });

  it("to custody itself goes back", () => {
    const preimage = { ...PREIMAGE, payee: CUSTODY };
    const { outcome } = settle([hold(1_000n, withdrawalAccount(ID, preimage))], preimage);
    expect(outcome).toMatchObject({ type: "returned", unpayable: "family" });
  });

  describe("to a payee who has to sign from Diem's limit on", () => {
    const LIMIT = 2_000n;
    /** The largest balance that needs no attestation as a whole, by what the payee gets, where a unit is worth 2/3 XDX. */
    const MOST = 3_000n - 1n + FEE;
    const asVasps =
      (limit = LIMIT, frozen = false): Change =>
      ({ diem }) => {
        diem.custody = { vasp: "parent" };
        diem.setAccount(PAYEE, { vasp: "parent", frozen });
        diem.others.set(toHex(DIEM_ROOT), rootState(limit, ["XUS", "XDX"], (1n << 33n) / 3n + 1n));
      };

    it("is paid at once below it", () => {
      expect(settle([hold(MOST), asVasps()]).outcome).toMatchObject({ type: "released", burned: MOST });
    });

    it.each([
      [MOST + 1n, MOST + 1n - XUS.minimum],
      [MOST + XUS.minimum - 1n, MOST - 1n],
      [MOST + XUS.minimum, MOST],
      [XUS.maximum, MOST],
      [1n << 100n, MOST],
    ])("is paid a balance of %s in parts, first %s", (balance, burned) => {
      const preimage = { ...PREIMAGE, refundAccount: undefined };
      const { draft, outcome } = settle([hold(balance, withdrawalAccount(ID, preimage)), asVasps()], preimage);
      expect(outcome).toMatchObject({ type: "released", burned, release: { amount: burned - FEE } });
      expect(draft.calls).toMatchObject([{ type: "burn", amount: burned }]);
    });

    it("isn't paid what has no such parts, which goes back as a whole", () => {
      const least = (2n * (XUS.minimum - FEE)) / 3n;
      const needsAll = { type: "returned", burned: XUS.minimum, unpayable: "dual-attestation" };
      expect(settle([hold(XUS.minimum), asVasps(least)]).outcome).toMatchObject(needsAll);
      expect(settle([hold(XUS.minimum), asVasps(0n)]).outcome).toMatchObject(needsAll);
      expect(settle([hold(XUS.minimum), asVasps(least + 1n)]).outcome.type).toBe("released");
      expect(settle([hold(XUS.minimum + 10n), asVasps(least + 1n)]).outcome).toMatchObject({
        type: "returned",
        burned: XUS.minimum + 10n,
      });
    });

    it("gets no parts while frozen: all goes back at one fee", () => {
      expect(settle([hold(XUS.maximum), asVasps(LIMIT, true)]).outcome).toMatchObject({
        type: "returned",
        burned: XUS.maximum,
        fee: FEE,
      });
    });
  });

  it("waits where the payee can't be paid and there is no refund account, or it can't receive", () => {
    const [, absent] = UNPAYABLE[0] ?? ["", nothing];
    const preimage = { ...PREIMAGE, refundAccount: undefined };
    const held = hold(1_000n, withdrawalAccount(ID, preimage));
    expect(settle([held, absent], preimage)).toMatchObject({
      draft: draftOf(exampleLedger),
      outcome: { type: "waits", reason: "no-refund-account", unpayable: "absent" },
    });
    const gone: Change = ({ parachain }) => parachain.setAccount(REFUND, undefined);
    expect(settle([hold(1_000n), absent, gone])).toMatchObject({
      draft: draftOf(exampleLedger),
      outcome: { type: "waits", reason: "refund-not-receivable", unpayable: "absent" },
    });
  });

  it("passes no window where it goes back", () => {
    const full: Ledger = {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((part) => ({
        ...part,
        minted: { start: START, used: XUS.windows.mint.amount },
        released: { start: START, used: XUS.windows.release.amount },
        refunded: { start: START, used: XUS.windows.refund.amount },
      })),
    };
    const [, absent] = UNPAYABLE[0] ?? ["", nothing];
    expect(settle([hold(1_000n), absent], PREIMAGE, full).outcome.type).toBe("returned");
  });

  it("finds an account that the batch itself has emptied as it would be then: gone, and made again at a price", () => {
    const other = { ...PREIMAGE, refundAccount: ACCOUNT };
    const { maxConsumers } = exampleConfig.parachain.profile;
    const settleBoth = (consumers: number) => {
      const context = contextIn(
        [
          hold(1_000n),
          hold(1_000n, withdrawalAccount(ID, other)),
          ({ diem }) => diem.setAccount(PAYEE, { frozen: true }),
          ({ parachain }) => parachain.setAccount(ACCOUNT, { consumers }),
        ],
        exampleLedger,
      );
      const first = settleWithdrawal(context, draftOf(exampleLedger), { preimage: PREIMAGE, currency: "XUS" });
      return settleWithdrawal(context, first.draft, { preimage: other, currency: "XUS" }).outcome;
    };
    expect(settleBoth(maxConsumers)).toMatchObject({ type: "returned", refundAccount: ACCOUNT });
    expect(settleBoth(maxConsumers + 1)).toMatchObject({ type: "waits", reason: "refund-not-receivable" });
  });

  it("is refused in a currency that isn't bridged, and while its asset is frozen", () => {
    expect(refusal(() => settle([hold(1_000n)], PREIMAGE, exampleLedger, "ABC"))).toBe("refused/unknown-currency");
    const frozen: Change = ({ parachain }) => parachain.setAsset(XDX.assetId, { status: "frozen" });
    expect(refusal(() => settle([frozen], PREIMAGE, exampleLedger, "XDX"))).toBe("refused/asset-frozen");
    expect(refusal(() => settle([frozen]))).toBeUndefined();
  });
});
