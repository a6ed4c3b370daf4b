import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.js";
import { isPdiemError } from "../error.js";
import { outcome } from "../testing/outcome.js";
import {
  bool,
  bytes,
  type Codec,
  decode,
  encode,
  enumeration,
  fixedBytes,
  lazy,
  map,
  mapped,
  option,
  sizedBytes,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
  u128,
  uleb128,
  unit,
  vector,
} from "./bcs.js";

const codeOf = <T>(codec: Codec<T>, hex: string): string => outcome(() => decode(codec, fromHex(hex)));

const hexOf = <T>(codec: Codec<T>, value: T): string => toHex(encode(codec, value));

interface Shape {
  readonly circle: number;
  readonly nothing: undefined;
}
const shape = enumeration<Shape>("Shape", { circle: [0, u8], nothing: [2, unit] });

interface Chain {
  readonly next: Chain | undefined;
}
const chain: Codec<Chain> = struct<Chain>({ next: lazy(() => option(chain)) });

/** Enumerations count one level each, unlike the pairs of structures and options above. */
interface Tower {
  readonly floor: Union;
  readonly roof: undefined;
}
type Union = { readonly type: "floor"; readonly value: Union } | { readonly type: "roof"; readonly value: undefined };
const tower: Codec<Union> = enumeration<Tower>("Tower", { floor: [1, lazy(() => tower)], roof: [0, unit] });

describe("BCS writes", () => {
  test.each([
    [hexOf(u8, 255), "ff"],
    [hexOf(u16, 0x0102), "0201"],
    [hexOf(u32, 0x01020304), "04030201"],
    [hexOf(u64, 1n), "0100000000000000"],
    [hexOf(u128, (1n << 128n) - 1n), "ff".repeat(16)],
    [hexOf(bool, true), "01"],
    [hexOf(uleb128, 0), "00"],
    [hexOf(uleb128, 127), "7f"],
    [hexOf(uleb128, 128), "8001"],
    [hexOf(uleb128, 0xffff_ffff), "ffffffff0f"],
    [hexOf(bytes(), Uint8Array.of(1, 2)), "020102"],
    [hexOf(fixedBytes(2), Uint8Array.of(1, 2)), "0102"],
    [hexOf(sizedBytes(2), Uint8Array.of(1, 2)), "020102"],
    [hexOf(string, "çå∞"), "07c3a7c3a5e2889e"],
    [hexOf(option(u8), undefined), "00"],
    [hexOf(option(u8), 8), "0108"],
    [hexOf(vector(u16), [1, 2]), "0201000200"],
    [hexOf(shape, { type: "circle", value: 9 }), "0009"],
    [hexOf(shape, { type: "nothing", value: undefined }), "02"],
    [hexOf(unit, undefined), ""],
  ])("%s", (written, expected) => {
    expect(written).toBe(expected);
  });

  test("maps in the order of their keys' encodings, so shorter byte strings first", () => {
    const written = hexOf(map(bytes(), u8), [
      [Uint8Array.of(1, 1), 3],
      [Uint8Array.of(9), 2],
      [Uint8Array.of(2), 1],
    ]);
    expect(written).toBe("0301020101090202010103");
  });

  test("nothing that is out of range", () => {
    expect(() => encode(uleb128, 2 ** 32)).toThrow(RangeError);
    expect(() => encode(uleb128, -1)).toThrow(RangeError);
    expect(() => encode(sizedBytes(2), Uint8Array.of(1))).toThrow(RangeError);
    expect(() => encode(fixedBytes(2), Uint8Array.of(1))).toThrow(RangeError);
    expect(() => encode(bytes(1), Uint8Array.of(1, 2))).toThrow(RangeError);
    expect(() => encode(vector(u8, 1), [1, 2])).toThrow(RangeError);
  });
});

describe("BCS refuses", () => {
  test.each([
    ["short input for an integer", codeOf(u64, "00000000000000"), "decode/truncated"],
    ["a boolean of 2", codeOf(bool, "02"), "decode/bool"],
    ["an option tag of 2", codeOf(option(u8), "0200"), "decode/option"],
    ["a length that isn't minimal", codeOf(bytes(), "8000"), "decode/uleb128"],
    ["a length with a zero digit further on", codeOf(bytes(), "81808000"), "decode/uleb128"],
    ["a fifth digit that overflows 32 bits", codeOf(bytes(), "ffffffff1f"), "decode/uleb128"],
    ["a sixth digit", codeOf(bytes(), "808080808001"), "decode/uleb128"],
    ["a length that ends within a digit", codeOf(bytes(), "80"), "decode/truncated"],
    ["a sequence above 2^31 - 1", codeOf(vector(u8), "8080808008"), "decode/length"],
    ["bytes above 2^31 - 1", codeOf(bytes(), "8080808008"), "decode/length"],
    ["bytes above the bound given", codeOf(bytes(1), "020000"), "decode/length"],
    ["a count above what is left, before reading any", codeOf(vector(u64), "ffffff7f00"), "decode/truncated"],
    ["a map's count above what is left", codeOf(map(u8, u8), "ffffff7f00"), "decode/truncated"],
    ["bytes shorter than their length", codeOf(bytes(), "0300"), "decode/truncated"],
    ["a fixed size with another length", codeOf(sizedBytes(2), "0101"), "decode/length"],
    ["text that isn't UTF-8", codeOf(string, "01ff"), "decode/utf8"],
    ["text with a surrogate", codeOf(string, "03eda080"), "decode/utf8"],
    ["an overlong UTF-8 form", codeOf(string, "02c080"), "decode/utf8"],
    ["map keys out of order", codeOf(map(u8, u8), "0202000100"), "decode/map-order"],
    ["a map key twice", codeOf(map(u8, u8), "0201000100"), "decode/map-order"],
    ["map keys in lexicographic order", codeOf(map(bytes(), u8), "0202010100010200"), "decode/map-order"],
    ["an unknown variant", codeOf(shape, "01"), "decode/variant"],
    ["a variant's index that isn't minimal", codeOf(shape, "8000"), "decode/uleb128"],
    ["a trailing byte", codeOf(u8, "0000"), "decode/trailing"],
    ["a trailing byte after a structure", codeOf(struct({ a: u8 }), "0000"), "decode/trailing"],
    ["empty input for a sequence", codeOf(vector(u8), ""), "decode/truncated"],
  ])("%s", (_, code, expected) => {
    expect(code).toBe(expected);
  });

  test("containers nested deeper than 500", () => {
    expect(codeOf(tower, `${"01".repeat(499)}00`)).toBe("accepted");
    expect(codeOf(tower, `${"01".repeat(500)}00`)).toBe("decode/depth");
    expect(codeOf(tower, "01".repeat(100_000))).toBe("decode/depth");
    expect(codeOf(chain, `${"01".repeat(249)}00`)).toBe("accepted");
    expect(codeOf(chain, `${"01".repeat(250)}00`)).toBe("decode/depth");
  });
});

describe("BCS reads back", () => {
  const record = struct({
    id: u64,
    name: string,
    flags: vector(bool),
    extra: option(u128),
    entries: map(u16, bytes()),
    shape,
  });
  const u64Values = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  const records = fc.record({
    id: u64Values,
    name: fc.string({ unit: "binary" }),
    flags: fc.array(fc.boolean()),
    extra: fc.option(u64Values, { nil: undefined }),
    entries: fc.dictionary(fc.nat(0xffff).map(String), fc.uint8Array()).map((entries) =>
      Object.entries(entries)
        .map(([key, value]) => [Number(key), value] as const)
        .sort(([a], [b]) => toHex(encode(u16, a)).localeCompare(toHex(encode(u16, b)))),
    ),
    shape: fc.oneof(
      fc.nat(255).map((value) => ({ type: "circle" as const, value })),
      fc.constant({ type: "nothing" as const, value: undefined }),
    ),
  });

  test("whatever it has written", () => {
    fc.assert(
      fc.property(records, (value) => {
        expect(decode(record, encode(record, value))).toEqual(value);
      }),
    );
  });

  test("nothing from hostile bytes but typed errors, and then only one encoding of a value", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (input) => {
        try {
          expect(encode(record, decode(record, input))).toEqual(input);
        } catch (error) {
          if (!isPdiemError(error)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("a byte order mark as part of the text", () => {
    expect(decode(string, fromHex("03efbbbf"))).toBe("\ufeff");
  });

  test("newtypes through their check", () => {
    const even = mapped(
      u8,
      (n) => n / 2,
      (n) => n * 2,
    );
    expect(decode(even, Uint8Array.of(8))).toBe(4);
    expect([...encode(even, 4)]).toEqual([8]);
  });
});
