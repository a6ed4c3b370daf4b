import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/ledger.js";
import { draftOf } from "../settlement/batch-draft.js";
import { type Admission, MAX_ADMITTED } from "../settlement/items.js";
import { filled, XUS } from "../testing/config.js";
import { RECEIVED_KEY, type TestPayment } from "../testing/diem-world.js";
import {
  BENEFICIARY,
  contextIn,
  createWorld,
  exampleLedger,
  paymentOf,
  putOff,
  SENDER,
  START,
  settleNext,
} from "../testing/world.js";
import { admitDeposits } from "./admit-deposits.js";

const NOBODYS = { metadata: new Uint8Array() };

const worldWith = (payments: readonly Partial<TestPayment>[], ledger: Ledger = exampleLedger) => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(...payments.map(paymentOf));
  return world;
};

const admit = (payments: readonly Partial<TestPayment>[], admissions: readonly Admission[], ledger = exampleLedger) =>
  admitDeposits(contextIn(worldWith(payments, ledger), ledger), draftOf(ledger), admissions);

describe("PROTOCOL 3: taking up deposits", () => {
  it("goes on where the ledger has stopped, in the order of the events", () => {
    const ledger = { ...exampleLedger, deposits: 1n };
    const payments = [{ amount: 500n }, { amount: 600n }, { amount: 700n }];
    const { draft, results } = admit(payments, [settleNext(), settleNext()], ledger);
    expect(results).toMatchObject([
      { number: 1n, type: "minted", amount: 595n },
      { number: 2n, type: "minted", amount: 695n },
    ]);
    expect(draft).toMatchObject({ deposits: 3n, waitingDeposits: [], kept: [], items: 2 });
  });

  it("puts off unseen what it is told to, which then waits", () => {
    const world = worldWith([{}, {}, {}, {}]);
    const facts = contextIn(world);
    const seen: bigint[] = [];
    const diem = {
      ...facts.facts.diem,
      event: (key: Uint8Array, number: bigint) => {
        seen.push(number);
        return facts.facts.diem.event(key, number);
      },
    };
    const context = { ...facts, facts: { ...facts.facts, diem } };
    const { draft, results } = admitDeposits(context, draftOf(exampleLedger), [putOff(2), settleNext(), putOff(1)]);
    expect(draft).toMatchObject({ deposits: 4n, waitingDeposits: [0n, 1n, 3n], items: 1 });
    expect(results).toMatchObject([{ number: 2n, type: "minted" }]);
    expect(seen).toEqual([2n]);
  });

  it("tells what waits and what is kept, which makes no batch", () => {
    const payments = [
      { ...NOBODYS, amount: 7n },
      { ...NOBODYS, other: filled(16, 0xab) },
    ];
    const { draft, results } = admit(payments, [settleNext(), settleNext()]);
    expect(results.map(({ type }) => type)).toEqual(["kept", "waits"]);
    expect(draft).toMatchObject({ deposits: 2n, kept: [0n], waitingDeposits: [1n], releases: [], calls: [] });
    expect(draft).toMatchObject({ items: 2, isWorthwhile: false });
    expect(draft.currencies).toEqual(exampleLedger.currencies);
  });

  it("numbers refunds after the ledger's releases, in order", () => {
    const ledger: Ledger = { ...exampleLedger, releases: { numLeaves: 4n, frozenSubtreeRoots: [filled(32, 1)] } };
    const { results } = admit([NOBODYS, {}, NOBODYS], [settleNext(), settleNext(), settleNext()], ledger);
    expect(results).toMatchObject([{ index: 4n }, { type: "minted" }, { index: 5n }]);
  });

  it("lets each see what those before have used of a window", () => {
    const { draft, results } = admit(
      [{ amount: 10_000n }, { amount: 5_001n }, { amount: 5_000n }],
      [settleNext(), settleNext(), settleNext()],
    );
    expect(results.map(({ type }) => type)).toEqual(["minted", "waits", "minted"]);
    expect(draft.waitingDeposits).toEqual([1n]);
  });

  it("stops at custody's proven count", () => {
    for (const admissions of [[settleNext(), settleNext()], [putOff(2)], [putOff(1), settleNext()]])
      expect(outcome(() => admit([{}], admissions))).toBe("refused/no-such-deposit");
  });

  it("takes 65,536 at once, and no more", () => {
    const world = worldWith([]);
    world.diem.custody = { account: { receivedEvents: { count: 70_000n, key: RECEIVED_KEY } } };
    const take = (count: number) => admitDeposits(contextIn(world), draftOf(exampleLedger), [putOff(count), putOff(1)]);
    expect(take(MAX_ADMITTED - 1).draft.deposits).toBe(65_536n);
    expect(outcome(() => take(MAX_ADMITTED))).toBe("refused/too-many-deposits");
  });
});

describe("PROTOCOL 2: deposits that nothing but a window can end", () => {
  it("hold up no other, however many they are", () => {
    const stuck = { ...NOBODYS, amount: XUS.windows.refund.amount / 2n + 1n };
    const count = 2_049;
    const used = { start: START, used: stuck.amount };
    const ledger: Ledger = {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((one) => ({ ...one, refunded: used })),
    };
    const payments = [...Array.from({ length: count }, () => stuck), { amount: 1_000n }];
    const { draft, results } = admit(payments, [putOff(count - 2), settleNext(), settleNext(), settleNext()], ledger);
    expect(results.map(({ type }) => type)).toEqual(["waits", "waits", "minted"]);
    expect(draft).toMatchObject({ deposits: 2_050n, isWorthwhile: true });
    expect(draft.waitingDeposits).toHaveLength(count);
  });
});
