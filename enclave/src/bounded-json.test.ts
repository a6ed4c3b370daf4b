import { utf8 } from "@pdiem/light-client/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonLimits, parseBoundedJson } from "./bounded-json.js";

const limits: JsonLimits = { depth: 4, items: 100 };
const parse = (text: string): unknown => parseBoundedJson(utf8(text), limits);
const refused = (code: string): unknown => expect.objectContaining({ code, status: 400 });

describe("bounded JSON", () => {
  it("gives what JSON.parse gives, brackets and quotes in strings included", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const wide: JsonLimits = { depth: 5, items: 100_000 };
        const text = JSON.stringify(value);
        expect(parseBoundedJson(utf8(text), wide)).toEqual(JSON.parse(text));
      }),
    );
    expect(parse(String.raw`{"[[[[[[\\":"{{{{{\"]]"}`)).toEqual({ "[[[[[[\\": '{{{{{"]]' });
  });

  it("takes the depth and the number of values allowed, and not one more", () => {
    expect(parse("[[[[]]]]")).toEqual([[[[]]]]);
    expect(() => parse("[[[[[]]]]]")).toThrow(refused("request/json-depth"));
    expect(parse(`[${"0,".repeat(99)}0]`)).toHaveLength(100);
    expect(() => parse(`[${"0,".repeat(100)}0]`)).toThrow(refused("request/json-items"));
  });

  it("refuses a million levels without running out of stack", () => {
    expect(() => parse("[".repeat(1_000_000))).toThrow(refused("request/json-depth"));
    expect(() => parse('{"a":'.repeat(1_000_000))).toThrow(refused("request/json-depth"));
  });

  it.each(["", "{", "nothing", "{} {}", "'a'", "]", '"', String.raw`"\"`, "\ufeff{}", "NaN"])("refuses %j", (text) => {
    expect(() => parse(text)).toThrow(refused("request/json"));
  });

  it("refuses bytes that aren't UTF-8", () => {
    expect(() => parseBoundedJson(Uint8Array.of(0x22, 0xff, 0x22), limits)).toThrow(refused("request/json"));
  });
});
