import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/ledger.js";
import { CLEARED, clearLeaf } from "../ledger/list.js";
import { RELEASES, WAITING, type WaitingLeaf } from "../ledger/lists.js";
import type { Release } from "../ledger/release.js";
import { draftOf } from "../settlement/batch-draft.js";
import type { WaitingItem } from "../settlement/items.js";
import { exampleConfig, filled, XUS } from "../testing/config.js";
import { DUAL_ATTESTATION_LIMIT, rootState, type TestPayment } from "../testing/diem-world.js";
import { listOf, pathOf } from "../testing/leaf-path.js";
import { owing, releaseOf } from "../testing/payouts.js";
import {
  BENEFICIARY,
  contextIn,
  createWorld,
  NO_LOOKUPS,
  paymentOf,
  SENDER,
  START,
  settleNext,
  toAccount,
  toCustodysSubaddress,
  type World,
} from "../testing/world.js";
import { DIEM_ROOT } from "../withdrawal/payable.js";
import { admitDeposits } from "./admit-deposits.js";
import { settleWaiting } from "./settle-waiting.js";
import { releaseSubaddress } from "./subaddress.js";

const REFUND: Release = releaseOf({ amount: 493n, origin: { type: "deposit", value: { number: 9n } } });
const RELEASES_OWED: readonly Release[] = [releaseOf(), REFUND];
const deposit = (value: bigint): WaitingLeaf => ({ type: "deposit", value });
const release = (value: bigint): WaitingLeaf => ({ type: "release", value });
const LEAVES: readonly WaitingLeaf[] = [deposit(1n), release(0n), deposit(0n), release(1n), deposit(2n)];
const LEDGER: Ledger = {
  ...owing(RELEASES_OWED),
  deposits: 3n,
  waiting: listOf(WAITING, LEAVES),
  paid: { releases: 2n, events: 0n },
};

const contentOf = (leaf: WaitingLeaf): WaitingItem["content"] => {
  if (leaf.type === "deposit") return { type: "deposit", value: { number: leaf.value, lookups: NO_LOOKUPS } };
  const shown = RELEASES_OWED[Number(leaf.value)] ?? releaseOf();
  const path = pathOf(RELEASES, RELEASES_OWED, leaf.value);
  return { type: "release", value: { index: leaf.value, leaf: shown, path } };
};

/**
 * Items for these places, whose paths are as the items before leave the list if all of them end.
 */
const itemsFor = (...places: readonly number[]): WaitingItem[] => {
  const left: (WaitingLeaf | undefined)[] = [...LEAVES];
  return places.map((place) => {
    const leaf = LEAVES[place] ?? deposit(0n);
    const item = { index: BigInt(place), path: pathOf(WAITING, left, BigInt(place)), content: contentOf(leaf) };
    left[place] = undefined;
    return item;
  });
};

const readyWorld = (ledger: Ledger): World => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(paymentOf({ amount: 500n }), paymentOf({ amount: 600n }), paymentOf({ amount: 700n }));
  return world;
};

const settle = (items: readonly WaitingItem[], change: (world: World) => void = () => undefined, ledger = LEDGER) => {
  const world = readyWorld(ledger);
  change(world);
  return settleWaiting(contextIn(world, ledger), draftOf(ledger), items);
};

const mintWindowUsed = (used: bigint): Ledger => ({
  ...LEDGER,
  currencies: LEDGER.currencies.map((one) => ({ ...one, minted: { start: START, used } })),
});

describe("PROTOCOL 2: what waits", () => {
  it("ends by the rules of deposits, and its leaf is cleared", () => {
    const { draft, results } = settle(itemsFor(0));
    expect(results).toMatchObject([
      { leaf: 0n, type: "deposit", result: { number: 1n, type: "minted", amount: 595n } },
    ]);
    expect(draft).toMatchObject({ cleared: [0n], waitingDeposits: [], deposits: 3n, items: 1, isWorthwhile: true });
    const path = pathOf(WAITING, LEAVES, 0n);
    expect(draft.waiting).toEqual(clearLeaf(WAITING, LEDGER.waiting, 0n, deposit(1n), path));
  });

  it("is cleared one after the other in any order, until nothing is left", () => {
    const { draft, results } = settle(itemsFor(3, 0, 4, 2, 1));
    expect(results.map(({ leaf, result }) => [leaf, result.type])).toEqual([
      [3n, "released-anew"],
      [0n, "minted"],
      [4n, "minted"],
      [2n, "minted"],
      [1n, "given-back"],
    ]);
    expect(draft.cleared).toEqual([3n, 0n, 4n, 2n, 1n]);
    const empty = LEAVES.map(() => undefined);
    expect(draft.waiting.frozenSubtreeRoots[1]).toEqual(CLEARED);
    for (const place of [0n, 3n])
      expect(outcome(() => clearLeaf(WAITING, draft.waiting, place, release(0n), pathOf(WAITING, empty, place)))).toBe(
        "proof/list-leaf",
      );
  });

  it("isn't settled twice, in one batch or in two", () => {
    const [item] = itemsFor(0);
    if (item === undefined) throw new RangeError("expected an item");
    expect(outcome(() => settle([item, item]))).toBe("proof/list-leaf");
    const cleared: readonly (WaitingLeaf | undefined)[] = [undefined, ...LEAVES.slice(1)];
    const after = { ...LEDGER, waiting: settle([item]).draft.waiting };
    const fitted = { ...item, path: pathOf(WAITING, cleared, 0n) };
    for (const one of [item, fitted]) expect(outcome(() => settle([one], undefined, after))).toBe("proof/list-leaf");
  });

  it("must be shown as the list has it", () => {
    const [item] = itemsFor(0);
    if (item === undefined) throw new RangeError("expected an item");
    for (const wrong of [
      { ...item, content: contentOf(deposit(0n)) },
      { ...item, content: contentOf(release(1n)) },
      { ...item, index: 1n },
      { ...item, path: pathOf(WAITING, LEAVES, 1n) },
    ])
      expect(outcome(() => settle([wrong]))).toBe("proof/list-leaf");
    expect(outcome(() => settle([{ ...item, path: item.path.slice(1) }]))).toBe("proof/list-path");
    expect(outcome(() => settle([{ ...item, index: 5n }]))).toBe("proof/list-bounds");
  });

  it("goes on waiting uncleared where the rules say so", () => {
    const ledger = mintWindowUsed(XUS.windows.mint.amount);
    expect(settle(itemsFor(0), undefined, ledger)).toEqual({
      draft: draftOf(ledger),
      results: [{ leaf: 0n, type: "deposit", result: { type: "waits", number: 1n, reason: "mint-window" } }],
    });
  });

  it("may turn out to be kept, which makes no batch", () => {
    const { draft } = settle(itemsFor(0), ({ diem }) => {
      diem.received[1] = paymentOf({ amount: 7n });
    });
    expect(draft).toMatchObject({ kept: [1n], cleared: [0n], items: 1, isWorthwhile: false });
  });
});

describe("PROTOCOL 4: a withdrawal's release that aborted", () => {
  it("is minted to its refund account whole, and isn't owed any more", () => {
    const { draft, results } = settle(itemsFor(1));
    expect(results).toEqual([
      { leaf: 1n, type: "release", result: { index: 0n, type: "given-back", account: BENEFICIARY, amount: 1_000n } },
    ]);
    expect(draft.calls).toEqual([{ type: "mint", asset: XUS.assetId, beneficiary: BENEFICIARY, amount: 1_000n }]);
    expect(draft.currencies[0]).toMatchObject({ owed: 493n, fees: 0n, minted: { start: START, used: 1_000n } });
    expect(draft).toMatchObject({ releases: [], cleared: [1n], items: 1, isWorthwhile: true });
  });

  it("waits while the refund account can't receive, and for the mint window", () => {
    const { maxConsumers } = exampleConfig.parachain;
    const full = ({ parachain }: World): void => parachain.setAccount(BENEFICIARY, { consumers: maxConsumers + 1 });
    expect(settle(itemsFor(1), full)).toEqual({
      draft: draftOf(LEDGER),
      results: [{ leaf: 1n, type: "release", result: { index: 0n, type: "waits", reason: "refund-not-receivable" } }],
    });
    const reasonWith = (used: bigint) => settle(itemsFor(1), undefined, mintWindowUsed(used)).results;
    expect(reasonWith(14_001n)).toMatchObject([{ result: { type: "waits", reason: "mint-window" } }]);
    expect(reasonWith(14_000n)).toMatchObject([{ result: { type: "given-back" } }]);
  });

  it("needs its release's own leaf", () => {
    const [item] = itemsFor(1);
    if (item?.content.type !== "release") throw new RangeError("expected a release");
    const forged = { ...item.content.value, leaf: releaseOf({ amount: 1_001n }) };
    const swapped = { ...item.content.value, ...{ leaf: REFUND, path: pathOf(RELEASES, RELEASES_OWED, 1n) } };
    for (const value of [forged, swapped])
      expect(outcome(() => settle([{ ...item, content: { type: "release", value } }]))).toBe("proof/list-leaf");
  });

  it("is worth a batch though the fee has left it below the minimum", () => {
    const least = releaseOf({ amount: XUS.minimum - 6n });
    const owed = owing([least]);
    const ledger = { ...owed, waiting: listOf(WAITING, [release(0n)]) };
    const content = { type: "release", value: { index: 0n, leaf: least, path: [] } } as const;
    const { draft } = settle([{ index: 0n, path: [], content }], undefined, ledger);
    expect(draft).toMatchObject({ isWorthwhile: true, calls: [{ amount: 94n }] });
  });
});

describe("PROTOCOL 4: a refund that aborted", () => {
  it("is released anew to a payee proven payable, with no window and no fee", () => {
    const full = { start: START, used: 1n << 60n };
    const ledger = { ...LEDGER, currencies: LEDGER.currencies.map((one) => ({ ...one, refunded: full })) };
    const { draft, results } = settle(itemsFor(3), undefined, ledger);
    expect(results).toEqual([
      { leaf: 3n, type: "release", result: { index: 1n, type: "released-anew", newIndex: 2n, release: REFUND } },
    ]);
    expect(draft).toMatchObject({ releases: [REFUND], cleared: [3n], calls: [], items: 1 });
    expect(draft.currencies).toEqual(ledger.currencies);
  });

  it.each<[string, (world: World) => void]>([
    ["frozen", ({ diem }) => diem.setAccount(SENDER, { frozen: true })],
    ["absent", ({ diem }) => diem.setAccount(SENDER, undefined)],
    ["without the currency", ({ diem }) => diem.setAccount(SENDER, { balances: { XDX: 0n } })],
    [
      "at a gas price",
      ({ diem }) =>
        diem.others.set(
          toHex(DIEM_ROOT),
          rootState(DUAL_ATTESTATION_LIMIT, undefined, undefined, { minPricePerGasUnit: 1n }),
        ),
    ],
  ])("waits for a payee who can't be paid: %s", (_, change) => {
    expect(settle(itemsFor(3), change)).toEqual({
      draft: draftOf(LEDGER),
      results: [{ leaf: 3n, type: "release", result: { index: 1n, type: "waits", reason: "payee-not-payable" } }],
    });
  });

  it("is numbered among the batch's releases in item order", () => {
    const { results } = settle(itemsFor(0, 3), ({ diem }) => {
      diem.received[1] = paymentOf({ metadata: filled(3, 1) });
    });
    expect(results).toMatchObject([{ result: { index: 2n } }, { result: { newIndex: 3n } }]);
  });
});

describe("PROTOCOL 3: nothing that may change ends a deposit at a loss", () => {
  const [paidOut] = RELEASES_OWED;
  const lookups = { ...NO_LOOKUPS, release: paidOut && { leaf: paidOut, path: pathOf(RELEASES, RELEASES_OWED, 0n) } };
  const back = paymentOf({ metadata: toCustodysSubaddress(releaseSubaddress(0n)) });
  const refundable = paymentOf({ metadata: toAccount(BENEFICIARY), currency: "XDX", amount: 10_001n });

  /** Takes the payment up in one world, and settles what waits of it in another. */
  const settleLater = (payment: TestPayment, first: (world: World) => void, then: (world: World) => void) => {
    const ledger = { ...owing(RELEASES_OWED), deposits: 0n };
    const worldOf = (change: (world: World) => void) => {
      const world = readyWorld(ledger);
      world.diem.received.splice(0, 3, payment);
      change(world);
      return world;
    };
    const before = admitDeposits(contextIn(worldOf(first), ledger), draftOf(ledger), [settleNext(lookups)]);
    const leaves = before.draft.waitingDeposits.map(deposit);
    const after: Ledger = { ...ledger, deposits: before.draft.deposits, waiting: listOf(WAITING, leaves) };
    const content = { type: "deposit", value: { number: 0n, lookups } } as const;
    const context = contextIn(worldOf(then), after);
    const { results } = settleWaiting(context, draftOf(after), [{ index: 0n, path: [], content }]);
    return [before.results[0], results[0]?.result];
  };

  it("whoever fills the refund account's slots for a block", () => {
    const full = ({ parachain }: World): void =>
      parachain.setAccount(BENEFICIARY, { consumers: exampleConfig.parachain.maxConsumers + 1 });
    const results = settleLater(back, full, ({ parachain }) => parachain.setAccount(BENEFICIARY, {}));
    expect(results).toMatchObject([
      { type: "waits", reason: "return-not-receivable" },
      { type: "minted", account: BENEFICIARY, returned: 0n },
    ]);
  });

  it("whatever the exchange rate of the moment", () => {
    const at =
      (percent: bigint) =>
      ({ diem }: World): void => {
        diem.custody = { vasp: "parent" };
        diem.setAccount(SENDER, { vasp: "parent" });
        diem.others.set(toHex(DIEM_ROOT), rootState(10_000n, ["XUS", "XDX"], ((1n << 32n) * percent) / 100n));
      };
    expect(settleLater(refundable, at(101n), at(100n))).toMatchObject([
      { type: "waits", reason: "sender-needs-attestation" },
      { type: "refunded", reason: "above-maximum" },
    ]);
  });
});
