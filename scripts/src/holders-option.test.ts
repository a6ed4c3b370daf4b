import { describe, expect, it } from "vitest";
import { parseHolders } from "./holders-option.js";

describe("npm start's --holders", () => {
  it("takes one enclave, or how many of how many sign", () => {
    expect(parseHolders("1")).toBeUndefined();
    expect(parseHolders("2/3")).toEqual({ threshold: 2, slots: 3 });
    expect(parseHolders("15/16")).toEqual({ threshold: 15, slots: 16 });
  });

  it.each(["", "0", "3", "1/3", "3/3", "2/17", "2/3/4", "a/b"])("refuses %j", (text) => {
    expect(() => parseHolders(text)).toThrow(/^expected --holders 1, or K\/N/);
  });
});
