import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/ledger.js";
import { WAITING, type WaitingLeaf } from "../ledger/lists.js";
import { XUS } from "../testing/config.js";
import { listOf, pathOf } from "../testing/leaf-path.js";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleLedger,
  NO_LOOKUPS,
  paymentOf,
  putOff,
  SENDER,
  settleNext,
  type World,
} from "../testing/world.js";
import { type Items, NO_ITEMS } from "./items.js";
import { settle } from "./settle.js";

interface Setting {
  readonly items: Partial<Items>;
  readonly ledger?: Ledger;
}

const readyWorld = (ledger: Ledger = exampleLedger): World => {
  const world = createWorld(ledger);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(paymentOf({}));
  return world;
};

const settleIn = (world: World, { items, ledger = exampleLedger }: Setting) =>
  settle(bridgeWith(ledger), world.facts(), { ...NO_ITEMS, ...items }, []);

describe("PROTOCOL 3: dust", () => {
  const dust = (count: number) => (world: World) => {
    world.diem.received.length = 0;
    for (let i = 0; i < count; i++) world.diem.received.push(paymentOf({ amount: 1n, metadata: new Uint8Array() }));
  };
  const all = (count: number): Setting => ({
    items: { admissions: Array.from({ length: count }, () => settleNext()) },
  });

  it("makes no batch below 1,024 deposits taken up, and a small one then (finding economy)", () => {
    const world = readyWorld();
    dust(1_023)(world);
    expect(outcome(() => settleIn(world, all(1_023)))).toBe("refused/empty-batch");
    dust(2_048)(world);
    const { calls, entry } = settleIn(world, all(2_048));
    expect(entry.kept).toEqual([{ from: 0n, count: 2_048 }]);
    const told = calls.at(-1);
    expect(told?.type === "remark" && told.remark.length).toBeLessThan(1_000);
  });
});

describe("PROTOCOL 2: what waits", () => {
  it("holds up nothing: however much waits, later deposits are taken up (finding ranges)", () => {
    const stuck = paymentOf({ amount: XUS.windows.refund.amount / 2n + 1n, metadata: new Uint8Array() });
    const [first, ...rest] = exampleLedger.currencies;
    if (first === undefined) throw new Error("expected XUS");
    const ledger: Ledger = {
      ...exampleLedger,
      currencies: [{ ...first, refunded: { start: exampleLedger.time, used: stuck.amount } }, ...rest],
    };
    const world = readyWorld(ledger);
    world.diem.received.length = 0;
    for (let i = 0; i < 4_096; i++) world.diem.received.push(stuck);
    world.diem.received.push(paymentOf({}));
    // 4,094 put off unseen, two that are settled and wait, and the one behind them.
    const admissions = [settleNext(), putOff(4_094), settleNext(), settleNext()];
    const settled = settleIn(world, { ledger, items: { admissions } });
    expect(settled.deposits).toMatchObject([
      { number: 0n, type: "waits", reason: "refund-window" },
      { number: 4_095n, type: "waits", reason: "refund-window" },
      { number: 4_096n, type: "minted" },
    ]);
    expect(settled.ledger).toMatchObject({ deposits: 4_097n, waiting: { numLeaves: 4_096n } });
    expect(settled.ledger.waiting.frozenSubtreeRoots).toHaveLength(1);
    expect(settled.entry.waiting.deposits).toEqual([{ from: 0n, count: 4_096 }]);
  });

  it("is settled once its reason is gone, in any order", () => {
    const leaves: WaitingLeaf[] = Array.from({ length: 4 }, (_, i) => ({ type: "deposit", value: BigInt(i) }) as const);
    const ledger: Ledger = { ...exampleLedger, deposits: 4n, waiting: listOf(WAITING, leaves) };
    const world = readyWorld(ledger);
    world.diem.received.push(paymentOf({}), paymentOf({}), paymentOf({}));
    const known: (WaitingLeaf | undefined)[] = [...leaves];
    const waiting = [2n, 0n].map((index) => {
      const path = pathOf(WAITING, known, index);
      known[Number(index)] = undefined;
      const value = { number: index, lookups: NO_LOOKUPS };
      return { index, path, content: { type: "deposit", value } } as const;
    });
    const settled = settleIn(world, { ledger, items: { waiting } });
    expect(settled.waiting.map(({ leaf }) => leaf)).toEqual([2n, 0n]);
    expect(settled.entry.cleared).toEqual([2n, 0n]);
    expect(outcome(() => settleIn(world, { ledger, items: { waiting: [...waiting].reverse() } }))).toBe(
      "proof/list-leaf",
    );
  });
});
