import { fromHex } from "@pdiem/light-client/bytes";
import { describe, expect, test } from "vitest";
import { objectIdentifier } from "./object-identifier.js";

describe("an object identifier", () => {
  test.each([
    ["551d13", "2.5.29.19"],
    ["2a864886f84d010d01", "1.2.840.113741.1.13.1"],
    ["2b060104019c780104", "1.3.6.1.4.1.3704.1.4"],
    ["883703", "2.999.3"],
    ["00", "0.0"],
    ["78", "2.40"],
  ])("%s is %s", (hex, text) => {
    expect(objectIdentifier(fromHex(hex))).toBe(text);
  });

  test.each([
    ["empty", ""],
    ["cut in a number", "2a86"],
    ["longer than needed", "2a8001"],
    ["of a number above all bounds", `2a${"ff".repeat(8)}7f`],
    ["of many numbers", "2a".repeat(65)],
  ])("isn't %s", (_, hex) => {
    expect(() => objectIdentifier(fromHex(hex))).toThrow(expect.objectContaining({ code: "decode/der" }));
  });
});
