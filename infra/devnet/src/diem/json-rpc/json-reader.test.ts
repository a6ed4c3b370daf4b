import { expect, test } from "vitest";
import { readJson } from "./json-reader.js";

test("values are read, integers exactly", () => {
  const text =
    ' {"a": [1, -2, 18446744073709551615, 1.5, 1e3], "b": "\\u00e9\\n\\ud83d\\ude00", "c": null, "d": true} ';
  expect(readJson(text)).toEqual(
    new Map<string, unknown>([
      ["a", [1n, -2n, 18446744073709551615n, 1.5, 1000]],
      ["b", "é\n😀"],
      ["c", null],
      ["d", true],
    ]),
  );
});

test.each([
  ["", "EOF while parsing a value at line 1 column 0"],
  ["{nope", "key must be a string at line 1 column 2"],
  ["{", "EOF while parsing an object at line 1 column 1"],
  ["[1", "EOF while parsing a list at line 1 column 2"],
  ["[1,]", "trailing comma at line 1 column 4"],
  ['{"a":1,}', "trailing comma at line 1 column 8"],
  ["[1 2]", "expected `,` or `]` at line 1 column 4"],
  ['{"a" 1}', "expected `:` at line 1 column 6"],
  ['{"a":1 "b"}', "expected `,` or `}` at line 1 column 8"],
  ["nul", "EOF while parsing a value at line 1 column 3"],
  ["nulp", "expected ident at line 1 column 4"],
  ["x", "expected value at line 1 column 1"],
  ["1\n\n 2", "trailing characters at line 3 column 2"],
  ['"a', "EOF while parsing a string at line 1 column 2"],
  ['"\\q"', "invalid escape at line 1 column 3"],
  ['"\n"', "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0"],
  ["01", "invalid number at line 1 column 2"],
  ["1e999", "number out of range at line 1 column 5"],
  ["[".repeat(200), "recursion limit exceeded at line 1 column 129"],
])("%j is refused with the parser's message", (text, message) => {
  expect(() => readJson(text)).toThrow(message);
});
