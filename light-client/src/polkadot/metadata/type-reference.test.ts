import { expect, test } from "vitest";
import { fromHex } from "../../bytes.js";
import { decode, encode } from "../../codec/scale.js";
import { outcome } from "../../testing/outcome.js";
import { typeReference } from "./type-reference.js";

test("primitives are tags, compact u256 is 20, void 21, and 22 stands before a type's number", () => {
  const expected = {
    "03": "u8",
    "05": "u32",
    "11": "compactU32",
    "13": "compactU128",
    "14": "compactU256",
    "15": "void",
  };
  for (const [encoded, reference] of Object.entries(expected))
    expect(decode(typeReference, fromHex(encoded))).toBe(reference);
  expect(decode(typeReference, fromHex("1600"))).toBe(0);
  expect(decode(typeReference, fromHex("161503"))).toBe(197);
});

test("every reference is written as it is read", () => {
  for (let tag = 0; tag < 22; tag++)
    expect(encode(typeReference, decode(typeReference, Uint8Array.of(tag)))).toEqual(Uint8Array.of(tag));
  expect(encode(typeReference, 197)).toEqual(fromHex("161503"));
});

test("unknown tags and numbers in a longer form than needed are refused", () => {
  expect(outcome(() => decode(typeReference, fromHex("17")))).toBe("decode/type-reference");
  expect(outcome(() => decode(typeReference, fromHex("160100")))).toBe("decode/compact");
});
