import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcome } from "../testing/outcome.js";
import { createReader, readAll } from "./reader.js";

const input = Uint8Array.from({ length: 31 }, (_, i) => i + 1);

describe("a reader", () => {
  test("reads integers little endian, one after the other", () => {
    const reader = createReader(input);
    expect(reader.u8()).toBe(0x01);
    expect(reader.u16()).toBe(0x0302);
    expect(reader.u32()).toBe(0x07060504);
    expect(reader.u64()).toBe(0x0f0e0d0c0b0a0908n);
    expect(reader.u128()).toBe(0x1f1e1d1c1b1a19181716151413121110n);
    expect([reader.offset(), reader.left()]).toEqual([31, 0]);
  });

  test("reads within a larger buffer from where its view begins, as views of the input", () => {
    const reader = createReader(input.subarray(4, 8));
    const bytes = reader.bytes(2);
    expect([...bytes]).toEqual([5, 6]);
    expect(bytes.buffer).toBe(input.buffer);
    expect([...reader.slice(0, 4)]).toEqual([5, 6, 7, 8]);
    expect(reader.left()).toBe(2);
  });

  test("gives of a Buffer's bytes what can be copied", () => {
    const given = Buffer.from(input);
    const reader = createReader(given);
    for (const bytes of [reader.bytes(4), reader.slice(0, 4)]) bytes.slice().fill(0);
    expect([...given]).toEqual([...input]);
  });

  test("refuses to read past the end, and reads nothing then", () => {
    for (const read of ["u8", "u16", "u32", "u64", "u128"] as const)
      expect(outcome(() => createReader(new Uint8Array(0))[read]())).toBe("decode/truncated");
    const reader = createReader(input.subarray(0, 3));
    expect(outcome(() => reader.bytes(4))).toBe("decode/truncated");
    expect(reader.left()).toBe(3);
  });

  test("refuses a length that lies without allocating for it", () => {
    expect(outcome(() => createReader(input).bytes(2 ** 40))).toBe("decode/truncated");
  });

  test("lets containers nest up to the limit and no deeper", () => {
    const nest = (levels: number): number => {
      const reader = createReader(input);
      const down = (left: number): number => (left === 0 ? levels : reader.nested(5, () => down(left - 1)));
      return down(levels);
    };
    expect(nest(5)).toBe(5);
    expect(outcome(() => nest(6))).toBe("decode/depth");
  });

  test("counts only the containers that are open", () => {
    const reader = createReader(input);
    for (let i = 0; i < 10; i++) reader.nested(1, () => reader.u8());
    expect(reader.offset()).toBe(10);
  });

  test("must end where the input ends", () => {
    expect(readAll(input, (reader) => reader.bytes(31).length)).toBe(31);
    expect(outcome(() => readAll(input, (reader) => reader.bytes(30)))).toBe("decode/trailing");
  });

  test("never throws anything but a DecodeError, whatever the input", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.nat(20), { maxLength: 10 }), (bytes, lengths) => {
        const code = outcome(() => readAll(bytes, (reader) => lengths.map((n) => [reader.bytes(n), reader.u64()])));
        expect(code).toMatch(/^(accepted|decode\/)/);
      }),
    );
  });
});
