import { describe, expect, it } from "vitest";
import { chooseHalf, leastRecentlyTried } from "./bisection.js";

const NAMES = ["1", "2", "3", "4", "5"];
const chosen = (names: readonly string[], failures: ReadonlyMap<string, number>, turn: number): readonly string[] => {
  const { has } = chooseHalf(names, failures, turn);
  return names.filter(has);
};

describe("bisection", () => {
  it("tries everything while nothing has failed, and after a single failure, too", () => {
    expect(chosen(NAMES, new Map(), 1)).toEqual(NAMES);
    expect(chosen(NAMES, new Map(NAMES.map((name) => [name, 1])), 0)).toEqual(NAMES);
  });

  it("lets failing items and others take turns", () => {
    const failures = new Map([
      ["2", 2],
      ["4", 3],
    ]);
    expect(chosen(NAMES, failures, 1)).toEqual(["1", "3", "5"]);
    expect(chosen(NAMES, failures, 2)).toEqual(["2"]);
    expect(NAMES.filter(chooseHalf(NAMES, failures, 1).isFailing)).toEqual(["2", "4"]);
  });

  it("finds a culprit among failing items by halving, the others going through", () => {
    const culprit = "4";
    let left: readonly string[] = NAMES;
    const failures = new Map(NAMES.map((name) => [name, 2]));
    for (let turn = 0; left.length > 1; turn++) {
      expect(turn).toBeLessThan(10);
      const batch = chosen(left, failures, turn);
      if (batch.includes(culprit)) for (const name of batch) failures.set(name, (failures.get(name) ?? 0) + 1);
      else left = left.filter((name) => !batch.includes(name));
    }
    expect(left).toEqual([culprit]);
  });
});

const names = (...all: readonly string[]) => all.map((name) => ({ name }));

describe("items that may be tried", () => {
  it("leave out those blocked for longer, and let those that never were go before those that waited", () => {
    const blocked = new Map([
      ["a", 100],
      ["b", 50],
      ["d", 101],
    ]);
    expect(leastRecentlyTried(names("a", "b", "c", "d", "e"), blocked, 100)).toEqual(names("c", "e", "b", "a"));
  });

  it("all come to their turn though only a few are tried at a time and all are left out again", () => {
    const items = names(..."abcdefghij");
    const blocked = new Map<string, number>();
    const tried = new Set<string>();
    for (let now = 0; now < 5; now++)
      for (const { name } of leastRecentlyTried(items, blocked, now).slice(0, 2)) {
        tried.add(name);
        blocked.set(name, now + 1);
      }
    expect(tried.size).toBe(items.length);
  });
});
