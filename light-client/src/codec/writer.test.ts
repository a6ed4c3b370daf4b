import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createReader } from "./reader.js";
import { createWriter } from "./writer.js";

describe("a writer", () => {
  test("writes integers little endian", () => {
    const writer = createWriter();
    writer.u8(0x01);
    writer.u16(0x0302);
    writer.u32(0x07060504);
    writer.u64(0x0f0e0d0c0b0a0908n);
    writer.u128(0x1f1e1d1c1b1a19181716151413121110n);
    expect([...writer.finish()]).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
  });

  test("grows beyond its first capacity and keeps what it has", () => {
    const writer = createWriter(1);
    const long = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    writer.u8(7);
    writer.bytes(long);
    writer.u8(9);
    expect([...writer.finish()]).toEqual([7, ...long, 9]);
  });

  test("refuses values out of range as a defect of the caller", () => {
    const writer = createWriter();
    for (const value of [-1, 256, 1.5, Number.NaN]) expect(() => writer.u8(value)).toThrow(RangeError);
    expect(() => writer.u16(0x1_0000)).toThrow(RangeError);
    expect(() => writer.u32(0x1_0000_0000)).toThrow(RangeError);
    for (const value of [-1n, 1n << 64n]) expect(() => writer.u64(value)).toThrow(RangeError);
    for (const value of [-1n, 1n << 128n]) expect(() => writer.u128(value)).toThrow(RangeError);
  });

  test("writes what a reader reads back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.uint8Array(), (number, bytes) => {
        const writer = createWriter(8);
        writer.u128(number);
        writer.bytes(bytes);
        const reader = createReader(writer.finish());
        expect(reader.u128()).toBe(number);
        expect(reader.bytes(bytes.length)).toEqual(bytes);
      }),
    );
  });
});
