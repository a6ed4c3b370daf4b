import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
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
} from "@pdiem/bridge/testing/world";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fewerItems, fitBatch } from "./fit-batch.js";

const preimage = { payee: new Uint8Array(16), subaddress: undefined, refundAccount: new Uint8Array(32) };

const counted = (admissions: number, withdrawals: number, registrations: number, feeClaims: number): Items => ({
  ...NO_ITEMS,
  admissions: Array.from({ length: admissions }, (_, i) => putOff(i + 1)),
  withdrawals: Array.from({ length: withdrawals }, () => ({ preimage, currency: "XUS" })),
  registrations: Array.from({ length: registrations }, (_, i) => new Uint8Array(32).fill(i)),
  feeClaims: Array.from({ length: feeClaims }, (_, i) => `C${i}`),
  fold: 3,
});

const countOf = ({ admissions, withdrawals, registrations, feeClaims }: Items): number =>
  admissions.length + withdrawals.length + registrations.length + feeClaims.length;

describe("a batch that is too large", () => {
  it("is tried with fewer items, down to a single one of whatever there was", () => {
    const count = fc.nat({ max: 40 });
    fc.assert(
      fc.property(count, count, count, fc.nat({ max: 3 }), (...counts) => {
        const steps: Items[] = [];
        for (let items: Items | undefined = counted(...counts); items !== undefined; items = fewerItems(items))
          steps.push(items);
        const sizes = steps.map(countOf);
        expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => b - a));
        expect(sizes.at(-1)).toBe(Math.min(1, counts[0] + counts[1] + counts[2] + counts[3]));
      }),
    );
  });

  it("keeps the lists' beginnings and what is folded, and gives up registrations and deposits before withdrawals", () => {
    expect(fewerItems(counted(10, 5, 8, 2))).toEqual(counted(8, 4, 6, 1));
    expect(fewerItems(counted(1, 1, 1, 0))).toEqual(counted(1, 1, 0, 0));
    expect(fewerItems(counted(1, 1, 0, 1))).toEqual(counted(0, 1, 0, 1));
    expect(fewerItems(counted(0, 1, 0, 0))).toBeUndefined();
  });
});

describe("a batch within a runtime's room", () => {
  const readyFacts = (deposits: number) => {
    const world = createWorld();
    world.diem.setAccount(SENDER, {});
    world.parachain.setAccount(BENEFICIARY, {});
    for (let i = 0; i < deposits; i++) world.diem.received.push(paymentOf({ metadata: toAccount(BENEFICIARY) }));
    return world.facts();
  };
  const items = (deposits: number): Items => ({
    ...NO_ITEMS,
    admissions: Array.from({ length: deposits }, () => settleNext()),
  });
  const fit = (deposits: number, room: number) =>
    fitBatch(bridgeWith(exampleLedger), readyFacts(deposits), items(deposits), (calls) => calls.length <= room);

  it("is shortened until a block has room for its calls", () => {
    expect(fit(20, 23).settlement.deposits.length).toBe(20);
    expect(fit(20, 15).settlement.deposits.length).toBe(12);
  });

  it("holds one item at least, whatever a node says", () => {
    expect(fit(20, 0).settlement.deposits.length).toBe(1);
  });
});
