import { describe, expect, it } from "vitest";
import { pass } from "./windows.js";

const LIMIT = { length: 100n, amount: 50n };

describe("a window", () => {
  it("lets amounts through until it is full", () => {
    const first = pass({ start: 0n, used: 0n }, LIMIT, 210n, 30n);
    expect(first).toEqual({ start: 200n, used: 30n });
    expect(first && pass(first, LIMIT, 299n, 20n)).toEqual({ start: 200n, used: 50n });
    expect(first && pass(first, LIMIT, 299n, 21n)).toBeUndefined();
  });

  it("starts anew at the next multiple of its length", () => {
    const full = { start: 200n, used: 50n };
    expect(pass(full, LIMIT, 299n, 1n)).toBeUndefined();
    expect(pass(full, LIMIT, 300n, 50n)).toEqual({ start: 300n, used: 50n });
  });

  it("takes an amount above the whole of it if untouched, and is full then", () => {
    const filledUp = pass({ start: 0n, used: 0n }, LIMIT, 10n, 80n);
    expect(filledUp).toEqual({ start: 0n, used: 80n });
    expect(filledUp && pass(filledUp, LIMIT, 20n, 1n)).toBeUndefined();
    expect(pass({ start: 0n, used: 1n }, LIMIT, 10n, 80n)).toBeUndefined();
  });
});
