import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { boolean, decimal, hex, hexOf, integer, list, optional, record, text } from "./json.js";

const shape = record<{ readonly a: bigint; readonly b: Uint8Array | undefined }>({
  a: decimal(64),
  b: optional(hexOf(2)),
});

describe("shapes of JSON", () => {
  it("read what they format", () => {
    const value = { a: 1n << 60n, b: Uint8Array.of(1, 2) };
    expect(shape.format(value)).toEqual({ a: "1152921504606846976", b: "0x0102" });
    expect(shape.parse(shape.format(value), "x")).toEqual(value);
    expect(shape.parse(JSON.parse(JSON.stringify(shape.format({ a: 0n, b: undefined }))), "x")).toEqual({ a: 0n });
  });

  it.each([
    ["a missing field", shape, {}],
    ["an unknown field", shape, { a: "1", c: 1 }],
    ["an inherited field", shape, Object.create({ a: "1" })],
    ["an array for an object", shape, []],
    ["null", shape, null],
    ["a negative integer", decimal(64), "-1"],
    ["a leading zero", decimal(64), "01"],
    ["2^64 in 64 bits", decimal(64), "18446744073709551616"],
    ["a number that isn't exact", decimal(64), 2 ** 60],
    ["a fraction", decimal(64), 1.5],
    ["a long row of digits", decimal(128), "9".repeat(100_000)],
    ["hex without 0x", hex(4), "00"],
    ["half a byte", hex(4), "0x0"],
    ["too much hex", hex(4), "0x0000000000"],
    ["hex of another length", hexOf(4), "0x00"],
    ["no hex", hex(4), "0xzz"],
    ["an integer above the limit", integer(10), 11],
    ["a text for an integer", integer(10), "1"],
    ["a text for a boolean", boolean, "true"],
    ["a number for a boolean", boolean, 1],
    ["a list too long", list(integer(1), 1), [0, 1]],
    ["a wrong item", list(integer(1), 1), [2]],
    ["text of another form", text(3, /^[a-z]+$/), "A"],
    ["text too long", text(3, /^[a-z]+$/), "abcd"],
  ])("refuse %s", (_, json, value) => {
    expect(outcome(() => json.parse(value, "x"))).toBe("decode/json");
  });

  it("name the place of what is wrong", () => {
    const nested = record<{ readonly items: readonly bigint[] }>({ items: list(decimal(64), 9) });
    expect(() => nested.parse({ items: ["1", true] }, "request")).toThrow("request.items[1]");
  });
});
