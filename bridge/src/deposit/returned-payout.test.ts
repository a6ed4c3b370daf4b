import { encode } from "@pdiem/light-client/codec/bcs";
import { metadata } from "@pdiem/light-client/diem/transactions/metadata";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { feeOf } from "../config/fee.js";
import type { Ledger } from "../ledger/ledger.js";
import { RELEASES } from "../ledger/lists.js";
import type { Release } from "../ledger/release.js";
import { draftOf } from "../settlement/batch-draft.js";
import { exampleConfig, filled, XDX, XUS } from "../testing/config.js";
import type { TestPayment } from "../testing/diem-world.js";
import { pathOf } from "../testing/leaf-path.js";
import { owing, releaseOf, sentFor } from "../testing/payouts.js";
import {
  BENEFICIARY,
  contextIn,
  createWorld,
  NO_LOOKUPS,
  paymentOf,
  SENDER,
  START,
  toCustodysSubaddress,
  type World,
} from "../testing/world.js";
import { settleDeposit } from "./settle-deposit.js";
import { releaseSubaddress } from "./subaddress.js";

type Change = (world: World) => void;
const STRANGER = filled(16, 0xab);
const BACK = { metadata: toCustodysSubaddress(releaseSubaddress(0n)) };
const REFUND_OF_DEPOSIT: Release = releaseOf({ origin: { type: "deposit", value: { number: 9n } } });

const lookupsFor = (releases: readonly Release[], index: bigint, leaf = releases[Number(index)]) => ({
  ...NO_LOOKUPS,
  release: leaf && { leaf, path: pathOf(RELEASES, releases, index) },
});

interface Stage {
  readonly release?: Release;
  readonly change?: Change;
  readonly given?: Ledger;
}

/** Settles a payment that sends release 0 back. */
const settleBack = (payment: Partial<TestPayment> = {}, { release = releaseOf(), change, given }: Stage = {}) => {
  const ledger = given ?? owing([release]);
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.diem.setAccount(STRANGER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(paymentOf({ ...BACK, ...payment }));
  change?.(world);
  return settleDeposit(contextIn(world, ledger), draftOf(ledger), 0n, lookupsFor([release], 0n));
};

describe("PROTOCOL 3: a payout coming back", () => {
  it("goes to its release's refund account less the deposit fee", () => {
    const { draft, result } = settleBack();
    expect(result).toEqual({
      type: "minted",
      number: 0n,
      account: BENEFICIARY,
      amount: 995n,
      fee: 5n,
      returned: 0n,
    });
    expect(draft.calls).toEqual([{ type: "mint", asset: XUS.assetId, beneficiary: BENEFICIARY, amount: 995n }]);
    expect(draft.currencies[0]).toMatchObject({ fees: 5n, owed: 1_000n, minted: { start: START, used: 1_000n } });
  });

  it.each<[string, Partial<TestPayment>]>([
    ["whoever pays it", { other: STRANGER }],
    ["of more than was paid out", { amount: 2_000n }],
    ["below the minimum", { amount: XUS.minimum - 1n }],
    ["above the maximum", { amount: XUS.maximum + 1n }],
  ])("does so %s", (_, payment) => {
    const { amount } = paymentOf(payment);
    expect(settleBack(payment).result).toMatchObject({ type: "minted", account: BENEFICIARY, amount: amount - 5n });
  });

  it("is minted in the currency that came, whatever was paid out", () => {
    const { draft } = settleBack({ currency: "XDX" });
    const amount = 1_000n - feeOf(XDX.fees.deposit, 1_000n);
    expect(draft.calls).toEqual([{ type: "mint", asset: XDX.assetId, beneficiary: BENEFICIARY, amount }]);
    expect(draft.currencies[0]).toMatchObject({ fees: 0n, minted: { used: 0n } });
  });

  it("is worth a batch where it is the whole payout of the least withdrawal", () => {
    const least = XUS.minimum - feeOf(XUS.fees.withdrawal, XUS.minimum);
    expect(settleBack({ amount: least }).draft).toMatchObject({ items: 1, isWorthwhile: true });
    expect(settleBack({ amount: least - 1n }).draft).toMatchObject({ items: 1, isWorthwhile: false });
  });

  it("waits while the refund account can't receive", () => {
    const full: Change = ({ parachain }) =>
      parachain.setAccount(BENEFICIARY, { consumers: exampleConfig.parachain.maxConsumers + 1 });
    expect(settleBack({}, { change: full })).toEqual({
      draft: draftOf(owing([releaseOf()])),
      result: { type: "waits", number: 0n, reason: "return-not-receivable" },
    });
  });

  it("waits where less than the least balance would go to an account without an entry", () => {
    const least = XUS.minBalance + 5n;
    expect(settleBack({ amount: least }).result.type).toBe("minted");
    expect(settleBack({ amount: least - 1n }).result).toMatchObject({ reason: "return-not-receivable" });
  });

  it("waits for the mint window", () => {
    const ledger = owing([releaseOf()]);
    const used = { start: START, used: XUS.windows.mint.amount - 999n };
    const given = { ...ledger, currencies: ledger.currencies.map((one) => ({ ...one, minted: used })) };
    expect(settleBack({}, { given }).result).toMatchObject({ type: "waits", reason: "mint-window" });
    expect(settleBack({ amount: 999n }, { given }).result.type).toBe("minted");
  });

  it("is kept where the fee leaves nothing, or where a refund came back", () => {
    expect(settleBack({ amount: 5n }).result).toEqual({ type: "kept", number: 0n, reason: "nothing-left" });
    expect(settleBack({ amount: 6n }).result).toMatchObject({ type: "waits" });
    expect(settleBack({}, { release: REFUND_OF_DEPOSIT })).toEqual({
      draft: draftOf(owing([REFUND_OF_DEPOSIT])),
      result: { type: "kept", number: 0n, reason: "returned-refund" },
    });
  });

  it("is refunded as of an unknown subaddress where the ledger has no such release yet", () => {
    const { draft, result } = settleBack({ metadata: toCustodysSubaddress(releaseSubaddress(1n)) });
    expect(result).toMatchObject({ type: "refunded", reason: "no-such-payout", index: 1n });
    expect(draft.releases).toMatchObject([{ payee: SENDER, amount: 993n }]);
  });

  it("needs the release's own leaf", () => {
    const releases = [releaseOf(), releaseOf({ amount: 2_000n })];
    const ledger = owing(releases);
    const world = createWorld(ledger);
    world.parachain.setAccount(BENEFICIARY, {});
    world.diem.received.push(paymentOf(BACK));
    const settleWith = (lookups: typeof NO_LOOKUPS) =>
      settleDeposit(contextIn(world, ledger), draftOf(ledger), 0n, lookups);
    expect(settleWith(lookupsFor(releases, 0n)).result.type).toBe("minted");
    expect(outcome(() => settleWith(NO_LOOKUPS))).toBe("proof/not-shown");
    expect(outcome(() => settleWith(lookupsFor(releases, 1n)))).toBe("proof/list-leaf");
    expect(outcome(() => settleWith(lookupsFor(releases, 0n, releaseOf({ amount: 1n }))))).toBe("proof/list-leaf");
  });
});

describe("PROTOCOL 3: refund metadata that names custody's transaction", () => {
  const ledger = owing([releaseOf()]);
  const settleRefund = (transactionVersion: bigint, paymentsBefore: bigint | undefined) => {
    const world = createWorld(ledger);
    world.diem.setAccount(SENDER, {});
    world.parachain.setAccount(BENEFICIARY, {});
    const sent = [sentFor(undefined), sentFor(0n), sentFor(undefined)];
    world.diem.sent.push(...sent.map((one, i) => ({ ...one, version: 20n + 10n * BigInt(i) })));
    const named = encode(metadata, { type: "refund", value: { transactionVersion, reason: "otherReason" } });
    world.diem.received.push(paymentOf({ version: 50n, metadata: named }));
    const lookups = { ...lookupsFor([releaseOf()], 0n), paymentsBefore };
    return settleDeposit(contextIn(world, ledger), draftOf(ledger), 0n, lookups).result;
  };

  it("sends back the release that custody paid there", () => {
    expect(settleRefund(30n, 1n)).toMatchObject({ type: "minted", account: BENEFICIARY, returned: 0n });
  });

  it.each([
    ["before the first payment", 10n, 0n],
    ["of a payment without a release", 20n, 0n],
    ["between two payments", 35n, 2n],
    ["after the last payment", 45n, 3n],
    ["of the deposit itself", 50n, undefined],
    ["after the deposit", 60n, undefined],
  ])("is refunded for a version %s", (_, version, paymentsBefore) => {
    expect(settleRefund(version, paymentsBefore)).toMatchObject({ type: "refunded", reason: "no-such-payout" });
  });

  it.each([
    ["none", 30n, undefined],
    ["too few", 30n, 0n],
    ["too many", 30n, 2n],
    ["one too many for the first", 20n, 1n],
    ["more than there are", 30n, 4n],
    ["too few for an absence", 35n, 1n],
  ])("needs the true number of payments before it: %s", (_, version, paymentsBefore) => {
    expect(outcome(() => settleRefund(version, paymentsBefore))).toBe("proof/not-shown");
  });
});
