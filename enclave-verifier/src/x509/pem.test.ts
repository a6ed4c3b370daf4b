import { describe, expect, test } from "vitest";
import { parsePem } from "./pem.js";

const block = (base64: string): string => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;

describe("certificates in PEM", () => {
  test("come in their order, whatever white space and NULs are around them", () => {
    expect(parsePem(`\n${block("AQID")} \r\n${block("BA\n==")}\0`)).toEqual([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    expect(parsePem("")).toEqual([]);
  });

  test.each([
    ["text before", `a${block("AQID")}`],
    ["text between", `${block("AQID")}a${block("AQID")}`],
    ["text behind", `${block("AQID")}a`],
    ["another kind of block", block("AQID").replaceAll("CERTIFICATE", "PRIVATE KEY")],
    ["no end", "-----BEGIN CERTIFICATE-----\nAQID"],
    ["two ends", `${block("AQID")}-----END CERTIFICATE-----`],
    ["one inside another", `-----BEGIN CERTIFICATE-----\n${block("AQID")}`],
    ["more than 64 KiB", block("A".repeat(1 << 16))],
  ])("have no %s", (_, text) => {
    expect(() => parsePem(text)).toThrow(expect.objectContaining({ code: "decode/pem" }));
  });

  test("are base64", () => {
    for (const base64 of ["A", "AQ!D", "AQ=D"])
      expect(() => parsePem(block(base64))).toThrow(/base64|encoded|invalid/i);
  });
});
