import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { metadata } from "@pdiem/light-client/diem/transactions/metadata";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/ledger.js";
import { ACCOUNTS } from "../ledger/lists.js";
import { draftOf } from "../settlement/batch-draft.js";
import type { DepositLookups } from "../settlement/items.js";
import { filled, ISSUER, XDX, XUS } from "../testing/config.js";
import { CUSTODY, DUAL_ATTESTATION_LIMIT, rootState, type TestPayment } from "../testing/diem-world.js";
import { listOf, pathOf } from "../testing/leaf-path.js";
import {
  BENEFICIARY,
  contextIn,
  createWorld,
  exampleLedger,
  NO_LOOKUPS,
  paymentOf,
  SENDER,
  START,
  toAccount,
  toCustodysSubaddress,
  type World,
} from "../testing/world.js";
import { DIEM_ROOT } from "../withdrawal/payable.js";
import { settleDeposit } from "./settle-deposit.js";
import { accountSubaddress } from "./subaddress.js";

type Change = (world: World) => void;
const NO_METADATA = { metadata: new Uint8Array() };

/**
 * Settles the one deposit, whose sender can be paid and whose beneficiary can receive unless
 * `change` says otherwise.
 */
const settle = (
  payment: Partial<TestPayment>,
  change: Change = () => undefined,
  ledger: Ledger = exampleLedger,
  lookups: Partial<DepositLookups> = {},
) => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(paymentOf(payment));
  change(world);
  return settleDeposit(contextIn(world, ledger), draftOf(ledger), 0n, { ...NO_LOOKUPS, ...lookups });
};

const withUse = (use: Partial<Ledger["currencies"][number]>): Ledger => ({
  ...exampleLedger,
  currencies: exampleLedger.currencies.map((one) => ({ ...one, ...use })),
});

describe("PROTOCOL 3: a deposit with a beneficiary", () => {
  it("is minted less the fee, which accrues", () => {
    const { draft, result } = settle({ amount: 1_000n });
    expect(result).toEqual({
      type: "minted",
      number: 0n,
      account: BENEFICIARY,
      amount: 995n,
      fee: 5n,
      returned: undefined,
    });
    expect(draft.calls).toEqual([{ type: "mint", asset: XUS.assetId, beneficiary: BENEFICIARY, amount: 995n }]);
    expect(draft.currencies[0]).toMatchObject({ fees: 5n, owed: 0n, minted: { start: START, used: 1_000n } });
    expect(draft).toMatchObject({ items: 1, isWorthwhile: true, deposits: 0n, kept: [], waitingDeposits: [] });
  });

  it("pays a fee of a fixed part and millionths, rounded up, in its own currency", () => {
    const { draft, result } = settle({ amount: 1_001n, currency: "XDX" });
    expect(result).toMatchObject({ amount: 1_001n - 5n - 11n, fee: 16n });
    expect(draft.calls).toMatchObject([{ asset: XDX.assetId }]);
    expect(draft.currencies.map(({ fees }) => fees)).toEqual([0n, 16n]);
  });

  it("goes to the registered account that its subaddress names", () => {
    const accounts = [filled(32, 1), BENEFICIARY, filled(32, 2)];
    const ledger: Ledger = { ...exampleLedger, accounts: listOf(ACCOUNTS, accounts) };
    const payment = { metadata: toCustodysSubaddress(accountSubaddress(1n)) };
    const shown = (leaf: Uint8Array, index: bigint) => ({ account: { leaf, path: pathOf(ACCOUNTS, accounts, index) } });
    const settleWith = (lookups: Partial<DepositLookups>) => settle(payment, undefined, ledger, lookups);
    expect(settleWith(shown(BENEFICIARY, 1n)).result).toMatchObject({ type: "minted", account: BENEFICIARY });
    expect(outcome(() => settleWith(shown(filled(32, 1), 1n)))).toBe("proof/list-leaf");
    expect(outcome(() => settleWith(shown(filled(32, 2), 2n)))).toBe("proof/list-path");
    expect(outcome(() => settleWith({}))).toBe("proof/not-shown");
  });

  it("may be of exactly the minimum or the maximum", () => {
    expect(settle({ amount: XUS.minimum }).result.type).toBe("minted");
    expect(settle({ amount: XUS.maximum }).result.type).toBe("minted");
  });

  it("waits where the mint window has less left", () => {
    const ledger = withUse({ minted: { start: START, used: XUS.windows.mint.amount - 999n } });
    expect(settle({ amount: 1_000n }, undefined, ledger)).toEqual({
      draft: draftOf(ledger),
      result: { type: "waits", number: 0n, reason: "mint-window" },
    });
    expect(settle({ amount: 999n }, undefined, ledger).result.type).toBe("minted");
  });
});

describe("PROTOCOL 3: a refund", () => {
  it.each<[string, Partial<TestPayment>, Change | undefined]>([
    ["no-beneficiary", NO_METADATA, undefined],
    ["no-beneficiary", { metadata: filled(40, 0xff) }, undefined],
    ["no-beneficiary", { metadata: toAccount(filled(31, 1)) }, undefined],
    ["no-beneficiary", { metadata: toCustodysSubaddress(filled(8, 0)) }, undefined],
    ["no-beneficiary", { metadata: toCustodysSubaddress(filled(7, 1)) }, undefined],
    ["not-registered", { metadata: toCustodysSubaddress(accountSubaddress(0n)) }, undefined],
    ["below-minimum", { amount: XUS.minimum - 1n }, undefined],
    ["above-maximum", { amount: XUS.maximum + 1n }, undefined],
    ["not-receivable", {}, ({ parachain }) => parachain.setAccount(BENEFICIARY, undefined)],
    ["not-receivable", { metadata: toAccount(ISSUER) }, undefined],
    ["not-receivable", { metadata: toAccount(filled(32, 0)) }, undefined],
  ])("is owed to the sender less the refund fee: %s (%#)", (reason, payment, change) => {
    const { draft, result } = settle(payment, change);
    const amount = paymentOf(payment).amount - 7n;
    const release = {
      currency: "XUS",
      amount,
      payee: SENDER,
      subaddress: undefined,
      origin: { type: "deposit", value: { number: 0n } },
    };
    expect(result).toEqual({ type: "refunded", number: 0n, reason, index: 0n, release, fee: 7n });
    expect(draft).toMatchObject({ releases: [release], calls: [], items: 1, kept: [] });
    expect(draft.currencies[0]).toMatchObject({
      fees: 7n,
      owed: amount,
      refunded: { start: START, used: amount + 7n },
    });
  });

  it("goes to the sender's own subaddress where it has 8 bytes", () => {
    const from = (fromSubaddress: Uint8Array) =>
      encode(metadata, {
        type: "general",
        value: { toSubaddress: undefined, fromSubaddress, referencedEvent: undefined },
      });
    expect(settle({ metadata: from(filled(8, 3)) }).draft.releases[0]?.subaddress).toEqual(filled(8, 3));
    expect(settle({ metadata: from(filled(9, 3)) }).draft.releases[0]?.subaddress).toBeUndefined();
  });

  it("is made to the last unit above the fee, and is worth a batch from the minimum on", () => {
    const dust = settle({ ...NO_METADATA, amount: 8n }).draft;
    expect(dust).toMatchObject({ releases: [{ amount: 1n }], items: 1, isWorthwhile: false });
    expect(settle({ ...NO_METADATA, amount: XUS.minimum }).draft.isWorthwhile).toBe(true);
  });

  it.each<[string, Change]>([
    ["sender-frozen", ({ diem }) => diem.setAccount(SENDER, { frozen: true })],
    ["sender-without-currency", ({ diem }) => diem.setAccount(SENDER, { balances: { XDX: 0n } })],
    ["sender-absent", ({ diem }) => diem.setAccount(SENDER, undefined)],
    [
      "sender-needs-attestation",
      ({ diem }) => {
        diem.custody = { vasp: "parent" };
        diem.setAccount(SENDER, { vasp: "parent" });
        diem.others.set(toHex(DIEM_ROOT), rootState(993n));
      },
    ],
    [
      "gas-price",
      ({ diem }) =>
        diem.others.set(
          toHex(DIEM_ROOT),
          rootState(DUAL_ATTESTATION_LIMIT, undefined, undefined, { minPricePerGasUnit: 1n }),
        ),
    ],
  ])("waits for what may change: %s", (reason, change) => {
    expect(settle(NO_METADATA, change)).toEqual({
      draft: draftOf(exampleLedger),
      result: { type: "waits", number: 0n, reason },
    });
  });

  it("waits where the refund window has less left", () => {
    const ledger = withUse({ refunded: { start: START, used: XUS.windows.refund.amount - 999n } });
    expect(settle(NO_METADATA, undefined, ledger)).toEqual({
      draft: draftOf(ledger),
      result: { type: "waits", number: 0n, reason: "refund-window" },
    });
  });

  it.each<[string, Partial<TestPayment>, Change | undefined]>([
    ["nothing-left", { amount: 7n }, undefined],
    ["sender-of-custody", { other: CUSTODY }, undefined],
    [
      "sender-of-custody",
      {},
      ({ diem }) => {
        diem.custody = { vasp: "parent" };
        diem.setAccount(SENDER, { vasp: { childOf: CUSTODY }, frozen: true });
      },
    ],
    ["unbridged-currency", { currency: "ABC" }, undefined],
  ])("is kept for what can't change: %s (%#)", (reason, payment, change) => {
    expect(settle({ ...NO_METADATA, ...payment }, change)).toEqual({
      draft: draftOf(exampleLedger),
      result: { type: "kept", number: 0n, reason },
    });
  });
});

it("can't be settled before custody has received it", () => {
  expect(outcome(() => settleDeposit(contextIn(createWorld()), draftOf(exampleLedger), 0n, NO_LOOKUPS))).toBe(
    "refused/no-such-deposit",
  );
});
