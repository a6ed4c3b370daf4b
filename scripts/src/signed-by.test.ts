import { describe, expect, it } from "vitest";
import { newestSigners } from "./signed-by.js";

const slot = (number: number, lastShareAt?: number) => ({
  ...{ slot: number, class: "abcde"[number - 1] ?? "" },
  ...(lastShareAt === undefined ? {} : { lastShareAt }),
});

describe("who has signed", () => {
  it("are those who gave the newest shares, as many as sign", () => {
    expect(newestSigners(2, [slot(1, 30), slot(2, 10), slot(3, 40)])).toBe("of slots 1 (a) and 3 (c)");
    expect(newestSigners(3, [slot(1, 5), slot(2, 6), slot(3), slot(4, 9), slot(5, 8)])).toBe(
      "of slots 2 (b), 4 (d) and 5 (e)",
    );
  });

  it("isn't told while too few are known", () => {
    expect(newestSigners(2, [slot(1, 30), slot(2), slot(3)])).toBe("the holders'");
  });
});
