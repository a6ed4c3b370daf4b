import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatLossless, parseLossless } from "./lossless.js";

const codeOf = (text: string): string => outcome(() => parseLossless(text));

describe("JSON without loss", () => {
  test("keeps whole numbers whole, however large, and points as points", () => {
    expect(parseLossless('{"a":18446744073709551615,"b":1,"c":-3,"d":1.0,"e":2e3}')).toEqual({
      a: 18446744073709551615n,
      b: 1n,
      c: -3n,
      d: 1,
      e: 2000,
    });
  });

  test("is written with bigints as numbers", () => {
    expect(formatLossless({ id: 18446744073709551615n, list: [null, true, "x"] })).toBe(
      '{"id":18446744073709551615,"list":[null,true,"x"]}',
    );
  });

  test("isn't anything else, too deep, or with numbers too long", () => {
    for (const text of [
      "",
      "{",
      "nope",
      "[1,]",
      '{"a":1,"a":2}',
      "1 2",
      "[".repeat(65) + "]".repeat(65),
      "[".repeat(1_000_000),
      "9".repeat(100_000),
      '"\u0000"',
    ])
      expect(codeOf(text)).toBe("rpc/malformed");
    expect(codeOf("[".repeat(64) + "]".repeat(64))).toBe("accepted");
  });

  test("doesn't take brackets in texts for nesting", () => {
    expect(parseLossless(`"${"[{".repeat(100)}\\"["`)).toBe(`${"[{".repeat(100)}"[`);
  });

  test("doesn't let a name reach the prototype", () => {
    const value = parseLossless('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("comes back from its text", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, (_, item: unknown) => (Object.is(item, -0) ? 0 : item));
        expect(JSON.parse(formatLossless(parseLossless(text)))).toEqual(JSON.parse(text));
      }),
    );
  });
});
