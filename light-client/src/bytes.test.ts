import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare, concat, equal, fromHex, toHex, utf8 } from "./bytes.js";
import { DecodeError } from "./error.js";
import * as native from "./hex-native.js";
import * as portable from "./hex-portable.js";

describe("hex", () => {
  test("comes back from either case, with and without 0x", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toHex(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("hex"));
        for (const form of [text, text.toUpperCase(), `0x${text}`]) expect(fromHex(form)).toEqual(bytes);
      }),
    );
  });

  test.each(["0", "0g", "g0", "0x0", " 00", "00 ", "0X00", "0x0x", "٠٠"])("%j is refused", (text) => {
    expect(() => fromHex(text)).toThrow(DecodeError);
  });

  test("is the same natively and portably", () => {
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom(..."09afAFgx\u0130\u0141\uff10") }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), texts, (bytes, text) => {
        const view = bytes.subarray(bytes.length >> 1);
        expect(native.toHex(view)).toBe(portable.toHex(view));
        expect(native.parseHex(native.toHex(view))).toEqual(view);
        expect(native.parseHex(text)).toEqual(portable.parseHex(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test("must be of the length asked for", () => {
    expect(fromHex("0102", 2)).toEqual(Uint8Array.of(1, 2));
    for (const text of ["01", "010203", ""]) expect(() => fromHex(text, 2)).toThrow("expected 2 bytes of hex");
  });
});

describe("bytes", () => {
  test("are concatenated into a new array", () => {
    const part = Uint8Array.of(1, 2);
    const all = concat(part, new Uint8Array(0), Uint8Array.of(3));
    part[0] = 9;
    expect([...all]).toEqual([1, 2, 3]);
    expect(concat()).toHaveLength(0);
  });

  test("compare by byte, a proper prefix first", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.uint8Array({ maxLength: 6 }), (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(Math.sign(Buffer.compare(a, b)));
        expect(equal(a, b)).toBe(Buffer.from(a).equals(b));
      }),
    );
  });

  test("of a text are UTF-8", () => {
    expect(toHex(utf8("é€"))).toBe("c3a9e282ac");
  });
});
