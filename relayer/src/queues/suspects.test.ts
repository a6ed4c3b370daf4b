import { describe, expect, it } from "vitest";
import { chooseTogether } from "./suspects.js";

const payments = [1n, 2n, 3n, 4n, 5n].map((number) => ({ number }));
const numbers = (chosen: readonly { number: bigint }[]) => chosen.map(({ number }) => Number(number));

describe("chooseTogether", () => {
  it("takes everything while nothing has failed, and after a single failure, too", () => {
    expect(numbers(chooseTogether(payments, new Map(), 1))).toEqual([1, 2, 3, 4, 5]);
    expect(numbers(chooseTogether(payments, new Map(payments.map((p) => [`${p.number}`, 1])), 0))).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  it("lets suspects and others take turns", () => {
    const failures = new Map([
      ["2", 2],
      ["4", 3],
    ]);
    expect(numbers(chooseTogether(payments, failures, 1))).toEqual([1, 3, 5]);
    expect(numbers(chooseTogether(payments, failures, 2))).toEqual([2]);
  });

  it("finds a culprit among suspects by halving, the others going through", () => {
    const culprit = 4n;
    let left = payments;
    const failures = new Map(payments.map(({ number }) => [`${number}`, 2]));
    for (let turn = 0; left.length > 1; turn++) {
      expect(turn).toBeLessThan(10);
      const batch = chooseTogether(left, failures, turn);
      if (batch.some(({ number }) => number === culprit))
        for (const { number } of batch) failures.set(`${number}`, (failures.get(`${number}`) ?? 0) + 1);
      else left = left.filter((payment) => !batch.includes(payment));
    }
    expect(numbers(left)).toEqual([4]);
  });
});
