import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDer, derElements, derSequence, derUnsigned } from "./der.js";

const contents = (hex: string): readonly string[] => derElements(fromHex(hex)).map(({ content }) => toHex(content));

describe("DER", () => {
  test("is read element by element, with short and long lengths", () => {
    expect(contents("020105040200ff")).toEqual(["05", "00ff"]);
    expect(contents(`048180${"ab".repeat(128)}`)).toEqual(["ab".repeat(128)]);
    expect(contents("")).toEqual([]);
  });

  test.each([
    ["cut in its length", "0481"],
    ["cut in its content", "040300"],
    ["of indefinite length", "30800000"],
    ["with a length that isn't the shortest", "04810100"],
    ["with a length that has a leading zero", `04820080${"00".repeat(128)}`],
    ["with a length of five octets", "04850000000001"],
    ["with an identifier of several octets", "1f8101"],
    ["with the identifier that ends contents in BER", "0000"],
  ])("%s is refused", (_, hex) => {
    expect(() => contents(hex)).toThrow(expect.objectContaining({ code: "decode/der" }));
  });

  test("one SEQUENCE has nothing behind it", () => {
    expect(() => derSequence(fromHex("300000"))).toThrow(expect.objectContaining({ code: "decode/der" }));
  });

  test("consists of elements at all levels, 16 at most", () => {
    const nested = (levels: number): Uint8Array => {
      let bytes = fromHex("0500");
      for (let i = 0; i < levels; i++) bytes = Uint8Array.of(0x30, bytes.length, ...bytes);
      return bytes;
    };
    expect(() => checkDer(nested(15))).not.toThrow();
    const refused = expect.objectContaining({ code: "decode/der" });
    for (const bytes of [nested(16), fromHex("300430020503"), fromHex("a0033080ff")])
      expect(() => checkDer(bytes)).toThrow(refused);
  });

  test("throws nothing but its own error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          derElements(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});

describe("an unsigned INTEGER", () => {
  const unsigned = (hex: string): string => toHex(derUnsigned(derElements(fromHex(hex))[0]));

  test("loses the octet that makes it positive", () => {
    expect(["020105", "02020080", "020100"].map(unsigned)).toEqual(["05", "80", ""]);
  });

  test.each([
    ["negative", "020180"],
    ["longer than needed", "02020005"],
    ["empty", "0200"],
    ["something else", "040105"],
  ])("isn't %s", (_, hex) => {
    expect(() => unsigned(hex)).toThrow(expect.objectContaining({ code: "decode/der" }));
  });
});
