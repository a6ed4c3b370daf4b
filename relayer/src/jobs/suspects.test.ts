import { describe, expect, it } from "vitest";
import { chooseTogether } from "./suspects.js";

const items = ["1", "2", "3", "4", "5"].map((name) => ({ name }));
const numbers = (chosen: readonly { name: string }[]) => chosen.map(({ name }) => Number(name));

describe("chooseTogether", () => {
  it("takes everything while nothing has failed, and after a single failure, too", () => {
    expect(numbers(chooseTogether(items, new Map(), 1))).toEqual([1, 2, 3, 4, 5]);
    expect(numbers(chooseTogether(items, new Map(items.map(({ name }) => [name, 1])), 0))).toEqual([1, 2, 3, 4, 5]);
  });

  it("lets suspects and others take turns", () => {
    const failures = new Map([
      ["2", 2],
      ["4", 3],
    ]);
    expect(numbers(chooseTogether(items, failures, 1))).toEqual([1, 3, 5]);
    expect(numbers(chooseTogether(items, failures, 2))).toEqual([2]);
  });

  it("finds a culprit among suspects by halving, the others going through", () => {
    const culprit = "4";
    let left = items;
    const failures = new Map(items.map(({ name }) => [name, 2]));
    for (let turn = 0; left.length > 1; turn++) {
      expect(turn).toBeLessThan(10);
      const batch = chooseTogether(left, failures, turn);
      if (batch.some(({ name }) => name === culprit))
        for (const { name } of batch) failures.set(name, (failures.get(name) ?? 0) + 1);
      else left = left.filter((item) => !batch.includes(item));
    }
    expect(numbers(left)).toEqual([4]);
  });
});
