import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { describe, expect, test } from "vitest";
import { type DerElement, derElements } from "./der.js";
import { derBoolean, derInteger, derNamedBits, derText, derTime } from "./der-values.js";

const element = (tag: number, content: Uint8Array | string): DerElement => {
  const bytes = typeof content === "string" ? utf8(content) : content;
  return { tag, content: bytes, encoding: bytes };
};
const encoded = (hex: string): DerElement => {
  const [found] = derElements(fromHex(hex));
  if (found === undefined) throw new Error("expected an element");
  return found;
};
const refused = expect.objectContaining({ code: "decode/der" });

describe("a time", () => {
  test.each([
    [0x17, "260630235959Z", "2026-06-30T23:59:59.000Z"],
    [0x17, "490101000000Z", "2049-01-01T00:00:00.000Z"],
    [0x17, "500101000000Z", "1950-01-01T00:00:00.000Z"],
    [0x17, "240229000000Z", "2024-02-29T00:00:00.000Z"],
    [0x18, "20500101000000Z", "2050-01-01T00:00:00.000Z"],
    [0x18, "99991231235959Z", "9999-12-31T23:59:59.000Z"],
  ])("of tag %i is read from %s", (tag, text, time) => {
    expect(new Date(derTime(element(tag, text))).toISOString()).toBe(time);
  });

  test.each([
    [0x17, "2606302359Z"],
    [0x17, "260630235959"],
    [0x17, "260630235959+0000"],
    [0x17, "260229000000Z"],
    [0x17, "260630240000Z"],
    [0x17, "260630235960Z"],
    [0x17, "26063023595 Z"],
    [0x17, "20260630235959Z"],
    [0x18, "260630235959Z"],
    [0x18, "20260630235959.5Z"],
    [0x18, "20261301000000Z"],
    [0x18, "00500101000000Z"],
    [0x0c, "260630235959Z"],
  ])("of tag %i isn't read from %s", (tag, text) => {
    expect(() => derTime(element(tag, text))).toThrow(refused);
  });

  test("isn't read from nothing, nor from a megabyte", () => {
    expect(() => derTime(undefined)).toThrow(refused);
    expect(() => derTime(element(0x17, new Uint8Array(1 << 20)))).toThrow(refused);
  });
});

describe("a text", () => {
  test.each([0x0c, 0x13, 0x16])("of tag %i is read", (tag) => {
    expect(derText(element(tag, "Intel SGX Root CA"))).toBe("Intel SGX Root CA");
  });

  test.each<[what: string, element: DerElement | undefined]>([
    ["beyond ASCII", element(0x0c, "ARK-Mil\u0430n")],
    ["with a mark of its byte order", element(0x0c, "\ufeffARK")],
    ["with a NUL", element(0x13, "SEV-VCEK\u0000")],
    ["of wide characters", element(0x1e, "A")],
    ["of a megabyte", element(0x0c, "x".repeat(1 << 20))],
    ["that isn't there", undefined],
  ])("%s isn't", (_, text) => {
    expect(() => derText(text)).toThrow(refused);
  });
});

test("a BOOLEAN is 0xff or 0x00", () => {
  expect(["0101ff", "010100"].map((hex) => derBoolean(encoded(hex)))).toEqual([true, false]);
  for (const hex of ["010101", "0100", "0102ffff", "0201ff"]) expect(() => derBoolean(encoded(hex))).toThrow(refused);
});

test("an INTEGER has its shortest form", () => {
  const kept = ["020100", "02020080", "020180", "0202ff7f"];
  expect(kept.map((hex) => toHex(derInteger(encoded(hex))))).toEqual(["00", "0080", "80", "ff7f"]);
  for (const hex of ["0200", "02020001", "0202ff80", "040100"]) expect(() => derInteger(encoded(hex))).toThrow(refused);
  expect(() => derInteger(undefined)).toThrow(refused);
});

test("named bits have no unused ones, and at most 16", () => {
  expect(["03020106", "03020284", "0303078000"].map((hex) => derNamedBits(encoded(hex)))).toEqual([0x06, 0x84, 0x80]);
  for (const hex of ["0300", "030100", "03020107", "03020880", "030400808080", "04020106"])
    expect(() => derNamedBits(encoded(hex))).toThrow(refused);
});
