import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.js";
import { outcome } from "../testing/outcome.js";
import { bytes, type Codec, compact, compactU32, decode, encode, option, struct, u8, u32, vector } from "./scale.js";

const codeOf = <T>(codec: Codec<T>, hex: string): string => outcome(() => decode(codec, fromHex(hex)));

describe("a compact integer", () => {
  const forms: readonly (readonly [bigint, string])[] = [
    [0n, "00"],
    [1n, "04"],
    [63n, "fc"],
    [64n, "0101"],
    [16_383n, "fdff"],
    [16_384n, "02000100"],
    [(1n << 30n) - 1n, "feffffff"],
    [1n << 30n, "0300000040"],
    [(1n << 64n) - 1n, "13ffffffffffffffff"],
    [(1n << 536n) - 1n, `ff${"ff".repeat(67)}`],
  ];

  test.each(forms)("%d has one form", (value, hex) => {
    expect(toHex(encode(compact, value))).toBe(hex);
    expect(decode(compact, fromHex(hex))).toBe(value);
  });

  test.each(["0100", "fd00", "02000000", "feff0000", "0300000000", "03ffffff3f", "070000004000", "0b00000040000000"])(
    "%s isn't the shortest form of anything",
    (hex) => {
      expect(codeOf(compact, hex)).toBe("decode/compact");
    },
  );

  test("ends where the input ends", () => {
    for (const hex of ["", "01", "020000", "03000000", "ff00"]) expect(codeOf(compact, hex)).toBe("decode/truncated");
  });

  test("can't be written below 0 or above 2^536 - 1", () => {
    expect(() => encode(compact, -1n)).toThrow(RangeError);
    expect(() => encode(compact, 1n << 536n)).toThrow(RangeError);
  });

  test("fits 32 bits where a length is meant", () => {
    expect(decode(compactU32, fromHex("03ffffffff"))).toBe(0xffff_ffff);
    expect(codeOf(compactU32, "070000000001")).toBe("decode/compact");
  });

  test("comes back from its form, and no bytes have another meaning", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 536n) - 1n }), (value) => {
        expect(decode(compact, encode(compact, value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 10 }), (input) => {
        if (codeOf(compact, toHex(input)) === "accepted")
          expect(encode(compact, decode(compact, input))).toEqual(input);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a SCALE sequence", () => {
  test("is counted by a compact integer", () => {
    expect(toHex(encode(vector(u32), [1, 2]))).toBe("080100000002000000");
    expect(toHex(encode(bytes, Uint8Array.of(1, 2, 3)))).toBe("0c010203");
    expect(toHex(encode(struct({ a: u8, b: option(u8) }), { a: 1, b: 2 }))).toBe("010102");
  });

  test("can't claim more items than bytes are left, or than are allowed", () => {
    expect(codeOf(vector(u32), "feffffff00")).toBe("decode/length");
    expect(codeOf(vector(u8, 2), "0c010203")).toBe("decode/length");
    expect(codeOf(bytes, "0c0102")).toBe("decode/truncated");
    expect(() => encode(vector(u8, 1), [1, 2])).toThrow(RangeError);
  });
});
