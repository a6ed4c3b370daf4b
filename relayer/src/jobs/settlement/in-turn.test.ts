import { describe, expect, it } from "vitest";
import { inTurn } from "./in-turn.js";

const names = (...all: readonly string[]) => all.map((name) => ({ name }));

describe("items that may be tried", () => {
  it("leave out those blocked for longer, and let those that never were go before those that waited", () => {
    const blocked = new Map([
      ["a", 100],
      ["b", 50],
      ["d", 101],
    ]);
    expect(inTurn(names("a", "b", "c", "d", "e"), blocked, 100)).toEqual(names("c", "e", "b", "a"));
  });

  it("all come to their turn though only a few are tried at a time and all are left out again", () => {
    const items = names(..."abcdefghij");
    const blocked = new Map<string, number>();
    const tried = new Set<string>();
    for (let now = 0; now < 5; now++)
      for (const { name } of inTurn(items, blocked, now).slice(0, 2)) {
        tried.add(name);
        blocked.set(name, now + 1);
      }
    expect(tried.size).toBe(items.length);
  });
});
