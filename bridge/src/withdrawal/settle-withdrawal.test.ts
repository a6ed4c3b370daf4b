import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feeOf } from "../config/fee.js";
import type { Ledger } from "../ledger/ledger.js";
import { type BatchDraft, draftOf } from "../settlement/batch-draft.js";
import { EXAMPLE_ID, filled, XDX, XUS } from "../testing/config.js";
import { CUSTODY, DUAL_ATTESTATION_LIMIT, rootState } from "../testing/diem-world.js";
import { contextIn, createWorld, exampleLedger, START, type World } from "../testing/world.js";
import { DIEM_ROOT } from "./payable.js";
import { settleWithdrawal, settleWithdrawals } from "./settle-withdrawal.js";
import { type WithdrawalPreimage, withdrawalAccount } from "./withdrawal-account.js";

const PAYEE = filled(16, 0x77);
const REFUND = filled(32, 0x78);
const PREIMAGE: WithdrawalPreimage = { payee: PAYEE, subaddress: filled(8, 1), refundAccount: REFUND };
const ACCOUNT = withdrawalAccount(EXAMPLE_ID, PREIMAGE);
const FEE = 6n;

type Change = (world: World) => void;
const hold = (balance: bigint, account = ACCOUNT, asset = XUS.assetId): Change => {
  return ({ parachain }) => parachain.setAssetAccount(asset, account, { balance });
};
const nothing: Change = () => undefined;
const absent: Change = ({ diem }) => diem.setAccount(PAYEE, undefined);

/** A payee who can be paid and a refund account that can receive, unless a test changes that. */
const contextWith = (changes: readonly Change[], ledger: Ledger = exampleLedger) => {
  const world = createWorld(ledger);
  world.diem.setAccount(PAYEE, {});
  world.parachain.setAccount(REFUND, {});
  for (const change of changes) change(world);
  return contextIn(world, ledger);
};

const settle = (changes: readonly Change[], preimage = PREIMAGE, ledger = exampleLedger, currency = "XUS") =>
  settleWithdrawal(contextWith(changes, ledger), draftOf(ledger), { preimage, currency });

describe("PROTOCOL 3: a withdrawal", () => {
  it("is burned, and owed to the payee less the fee, which accrues", () => {
    const { draft, result } = settle([hold(1_000n)]);
    const release = {
      currency: "XUS",
      amount: 1_000n - FEE,
      payee: PAYEE,
      subaddress: PREIMAGE.subaddress,
      origin: { type: "withdrawal", value: { account: ACCOUNT, refundAccount: REFUND } },
    };
    expect(result).toEqual({
      type: "released",
      account: ACCOUNT,
      currency: "XUS",
      burned: 1_000n,
      fee: FEE,
      index: 0n,
      release,
    });
    expect(draft.calls).toEqual([{ type: "burn", asset: XUS.assetId, who: ACCOUNT, amount: 1_000n }]);
    expect(draft).toMatchObject({ releases: [release], items: 1, isWorthwhile: true });
    expect(draft.currencies[0]).toMatchObject({ fees: FEE, owed: 994n, released: { start: START, used: 1_000n } });
    expect(draft.currencies[1]).toEqual(exampleLedger.currencies[1]);
  });

  it("works on each currency's own asset, fees and part of the ledger", () => {
    const { draft, result } = settle([hold(501n, ACCOUNT, XDX.assetId)], PREIMAGE, exampleLedger, "XDX");
    expect(result).toMatchObject({ type: "released", currency: "XDX", fee: 12n, release: { amount: 489n } });
    expect(draft.calls).toMatchObject([{ type: "burn", asset: XDX.assetId, amount: 501n }]);
    expect(draft.currencies.map(({ fees, owed }) => [fees, owed])).toEqual([
      [0n, 0n],
      [12n, 489n],
    ]);
  });

  it("is numbered after the ledger's releases and those of the batch so far", () => {
    const ledger = { ...exampleLedger, releases: { frozenSubtreeRoots: [filled(32, 1)], numLeaves: 4n } };
    const before: BatchDraft = { ...draftOf(ledger), releases: settle([hold(1_000n)]).draft.releases };
    const item = { preimage: PREIMAGE, currency: "XUS" };
    const { result } = settleWithdrawal(contextWith([hold(1_000n)], ledger), before, item);
    expect(result).toMatchObject({ type: "released", index: 5n });
  });

  it.each([
    [XUS.maximum, XUS.maximum],
    [XUS.maximum + 1n, XUS.maximum + 1n - XUS.minimum],
    [1n << 100n, XUS.maximum],
  ])("of a balance of %s burns %s", (balance, burned) => {
    expect(settle([hold(balance)]).result).toMatchObject({ type: "released", burned });
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
    expect(settle([change])).toEqual({
      draft: draftOf(exampleLedger),
      result: { type: "waits", account: ACCOUNT, currency: "XUS", reason, unpayable: undefined },
    });
  });

  it("waits for the next window where the release window has less left", () => {
    const released = { start: START, used: XUS.windows.release.amount - 999n };
    const full = { ...exampleLedger, currencies: exampleLedger.currencies.map((part) => ({ ...part, released })) };
    expect(settle([hold(1_000n)], PREIMAGE, full)).toMatchObject({
      draft: draftOf(full),
      result: { type: "waits", reason: "release-window" },
    });
    expect(settle([hold(999n)], PREIMAGE, full).result.type).toBe("released");
  });

  it("is refused where Diem doesn't take price 0, and goes back to nobody at a fee for that", () => {
    const priced: Change = ({ diem }) =>
      diem.others.set(
        toHex(DIEM_ROOT),
        rootState(DUAL_ATTESTATION_LIMIT, undefined, undefined, { minPricePerGasUnit: 1n }),
      );
    expect(outcome(() => settle([hold(1_000n), priced]))).toBe("refused/gas-price");
    expect(outcome(() => settle([hold(1_000n), priced, absent]))).toBe("refused/gas-price");
  });

  it("is refused in a currency that isn't bridged, and while its asset is frozen", () => {
    expect(outcome(() => settle([hold(1_000n)], PREIMAGE, exampleLedger, "ABC"))).toBe("refused/unknown-currency");
    const frozen: Change = ({ parachain }) => parachain.setAsset(XDX.assetId, { status: "frozen" });
    expect(outcome(() => settle([frozen], PREIMAGE, exampleLedger, "XDX"))).toBe("refused/asset-frozen");
    expect(outcome(() => settle([frozen]))).toBe("accepted");
  });
});

describe("PROTOCOL 3: a withdrawal to a payee proven not payable", () => {
  it.each<[string, Change]>([
    ["absent", absent],
    ["currency", ({ diem }) => diem.setAccount(PAYEE, { balances: { XDX: 0n } })],
    ["frozen", ({ diem }) => diem.setAccount(PAYEE, { frozen: true })],
    [
      "family",
      ({ diem }) => {
        diem.custody = { vasp: "parent" };
        diem.setAccount(PAYEE, { vasp: { childOf: CUSTODY } });
      },
    ],
  ])("is burned and minted to the refund account, fee off: %s", (unpayable, change) => {
    const { draft, result } = settle([hold(1_000n), change]);
    expect(result).toEqual({
      type: "given-back",
      account: ACCOUNT,
      currency: "XUS",
      burned: 1_000n,
      fee: FEE,
      refundAccount: REFUND,
      amount: 994n,
      unpayable,
    });
    expect(draft.calls).toEqual([
      { type: "burn", asset: XUS.assetId, who: ACCOUNT, amount: 1_000n },
      { type: "mint", asset: XUS.assetId, beneficiary: REFUND, amount: 994n },
    ]);
    expect(draft).toMatchObject({ releases: [], items: 1, isWorthwhile: true });
    expect(draft.currencies[0]).toEqual({ ...exampleLedger.currencies[0], fees: FEE });
  });

  it("goes back where custody itself is the payee", () => {
    const preimage = { ...PREIMAGE, payee: CUSTODY };
    const { result } = settle([hold(1_000n, withdrawalAccount(EXAMPLE_ID, preimage))], preimage);
    expect(result).toMatchObject({ type: "given-back", unpayable: "family" });
  });

  it("stays where it is while the refund account can't receive", () => {
    const gone: Change = ({ parachain }) => parachain.setAccount(REFUND, undefined);
    expect(settle([hold(1_000n), absent, gone])).toMatchObject({
      draft: draftOf(exampleLedger),
      result: { type: "waits", reason: "refund-not-receivable", unpayable: "absent" },
    });
  });

  it("passes no window", () => {
    const full = { start: START, used: 1n << 60n };
    const currencies = exampleLedger.currencies.map((part) => ({
      ...part,
      minted: full,
      released: full,
      refunded: full,
    }));
    expect(settle([hold(1_000n), absent], PREIMAGE, { ...exampleLedger, currencies }).result.type).toBe("given-back");
  });
});

describe("PROTOCOL 3: a withdrawal to a payee who has to sign from Diem's limit on", () => {
  const LIMIT = 2_000n;
  /** The greatest balance that needs no attestation as a whole, where a unit is worth 2/3 XDX. */
  const MOST = 3_000n - 1n + FEE;
  const asVasps =
    (limit = LIMIT, frozen = false): Change =>
    ({ diem }) => {
      diem.custody = { vasp: "parent" };
      diem.setAccount(PAYEE, { vasp: "parent", frozen });
      diem.others.set(toHex(DIEM_ROOT), rootState(limit, ["XUS", "XDX"], (1n << 33n) / 3n + 1n));
    };

  it("is released at once below it", () => {
    expect(settle([hold(MOST), asVasps()]).result).toMatchObject({ type: "released", burned: MOST });
  });

  it.each([
    [MOST + 1n, MOST + 1n - XUS.minimum],
    [MOST + XUS.minimum - 1n, MOST - 1n],
    [MOST + XUS.minimum, MOST],
    [XUS.maximum, MOST],
    [1n << 100n, MOST],
  ])("is released in parts of a balance of %s, first %s", (balance, burned) => {
    const { draft, result } = settle([hold(balance), asVasps()]);
    expect(result).toMatchObject({ type: "released", burned, release: { amount: burned - FEE } });
    expect(draft.calls).toMatchObject([{ type: "burn", amount: burned }]);
  });

  it("is released in the greatest such part, also at a fee by the amount", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 200n, max: 20_000n }), fc.bigInt({ min: 1n, max: 9_000n }), (balance, limit) => {
        const { result } = settle(
          [hold(balance, ACCOUNT, XDX.assetId), asVasps(limit)],
          PREIMAGE,
          exampleLedger,
          "XDX",
        );
        const isAllowed = (one: bigint): boolean =>
          one >= XDX.minimum && one <= XDX.maximum && (one === balance || balance - one >= XDX.minimum);
        const rate = (1n << 33n) / 3n + 1n;
        const needsNone = (one: bigint): boolean => ((one - feeOf(XDX.fees.withdrawal, one)) * rate) >> 32n < limit;
        const all = Array.from({ length: 10_001 }, (_, i) => BigInt(i)).filter(isAllowed);
        const most = all.filter(needsNone).at(-1);
        expect(result).toMatchObject(
          most === undefined
            ? { type: "given-back", burned: all.at(-1), unpayable: "dual-attestation" }
            : { type: "released", burned: most },
        );
      }),
      { numRuns: 60 },
    );
  });

  it("goes back as a whole where there is no such part", () => {
    const least = (2n * (XUS.minimum - FEE)) / 3n;
    const needsAll = { type: "given-back", burned: XUS.minimum, unpayable: "dual-attestation" };
    expect(settle([hold(XUS.minimum), asVasps(least)]).result).toMatchObject(needsAll);
    expect(settle([hold(XUS.minimum), asVasps(0n)]).result).toMatchObject(needsAll);
    expect(settle([hold(XUS.minimum), asVasps(least + 1n)]).result.type).toBe("released");
    expect(settle([hold(XUS.minimum + 10n), asVasps(least + 1n)]).result).toMatchObject({
      type: "given-back",
      burned: XUS.minimum + 10n,
    });
  });

  it("goes back as a whole while the payee is frozen, at one fee", () => {
    expect(settle([hold(XUS.maximum), asVasps(LIMIT, true)]).result).toMatchObject({
      type: "given-back",
      burned: XUS.maximum,
      fee: FEE,
    });
  });
});

describe("PROTOCOL 3: the withdrawals of one batch", () => {
  const OTHER: WithdrawalPreimage = { ...PREIMAGE, refundAccount: ACCOUNT };
  const holdBoth = [hold(1_000n), hold(2_000n, withdrawalAccount(EXAMPLE_ID, OTHER))];
  const one = { preimage: PREIMAGE, currency: "XUS" };
  const other = { preimage: OTHER, currency: "XUS" };
  const settleAll = (changes: readonly Change[], ...items: readonly (typeof one)[]) =>
    settleWithdrawals(contextWith(changes), draftOf(exampleLedger), items);

  it("are settled in order", () => {
    const { draft, results } = settleAll(holdBoth, one, other);
    expect(results).toMatchObject([
      { type: "released", index: 0n },
      { type: "released", index: 1n },
    ]);
    expect(draft).toMatchObject({ items: 2, currencies: [{ owed: 2_988n, fees: 12n }, { owed: 0n }] });
  });

  it("hold each account once per currency", () => {
    expect(outcome(() => settleAll(holdBoth, one, one))).toBe("refused/duplicate");
    const both = [hold(1_000n), hold(500n, ACCOUNT, XDX.assetId)];
    expect(settleAll(both, one, { ...one, currency: "XDX" }).results.map(({ type }) => type)).toEqual([
      "released",
      "released",
    ]);
  });

  it("don't mint to an account that is burned from", () => {
    const { draft, results } = settleAll([...holdBoth, absent], one, other);
    expect(results).toMatchObject([{ type: "given-back" }, { type: "waits", reason: "refund-not-receivable" }]);
    expect(draft.calls.map(({ type }) => type)).toEqual(["burn", "mint"]);
  });

  it("don't burn from an account that is minted to, which waits for the next batch", () => {
    const { draft, results } = settleAll([...holdBoth, absent], other, one);
    expect(results).toMatchObject([
      { type: "given-back", refundAccount: ACCOUNT },
      { type: "waits", reason: "minted-to", unpayable: undefined },
    ]);
    expect(draft.calls.map(({ type }) => type)).toEqual(["burn", "mint"]);
  });

  it("may share a refund account", () => {
    const shared = { ...PREIMAGE, subaddress: undefined };
    const changes = [hold(1_000n), hold(1_000n, withdrawalAccount(EXAMPLE_ID, shared)), absent];
    const { results } = settleAll(changes, one, { ...one, preimage: shared });
    expect(results.map(({ type }) => type)).toEqual(["given-back", "given-back"]);
  });
});
