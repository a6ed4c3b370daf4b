import { expect, test } from "vitest";
import { Float32, writeJson } from "./json-writer.js";

test("members keep their order, integers all their digits, and undefined ones are left out", () => {
  const value = { b: 18446744073709551615n, a: [null, true, 'x"\n'], c: undefined, d: {} };
  expect(writeJson(value)).toBe('{"b":18446744073709551615,"a":[null,true,"x\\"\\n"],"d":{}}');
});

test.each([
  [1, "1.0"],
  [0.5, "0.5"],
  [0.1, "0.1"],
  [1 / 3, "0.33333334"],
])("single-precision %d is written as %s", (value, text) => {
  expect(writeJson(new Float32(value))).toBe(text);
});
