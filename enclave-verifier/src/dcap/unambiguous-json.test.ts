import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseUnambiguousJson } from "./unambiguous-json.js";

describe("JSON that all readers understand the same", () => {
  test("is whatever a writer without tricks writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), fc.nat(3), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseUnambiguousJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each(['{"a\\":":1,"b":":"}', '{"__proto__":1,"a":[{"a":2}]}', '["\\\\",":"]'])("may be %s", (text) => {
    expect(parseUnambiguousJson(text)).toEqual(JSON.parse(text));
  });

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"a":1,"c":":","a":2}}]',
    '{"a":{"b":1},"a":{"b":1}}',
    '{"__proto__":1,"__proto__":2}',
    `${"[".repeat(17)}${"]".repeat(17)}`,
  ])("isn't %s", (text) => {
    expect(() => parseUnambiguousJson(text)).toThrow(expect.objectContaining({ code: "decode/json" }));
  });
});
