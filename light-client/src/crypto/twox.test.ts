import { expect, test } from "vitest";
import { toHex, utf8 } from "../bytes.js";
import { twox64, twox128 } from "./twox.js";

const littleEndian = (hex: string): string => (hex.match(/../g) ?? []).reverse().join("");

test("XXH64 with seed 0 of the specification's published sums", () => {
  expect(toHex(twox64(new Uint8Array(0)))).toBe(littleEndian("ef46db3751d8e999"));
  expect(toHex(twox64(utf8("a")))).toBe(littleEndian("d24ec4f1a98c6e5b"));
  expect(toHex(twox64(utf8("abc")))).toBe(littleEndian("44bc2cf5ad770999"));
});

test("every length's path, checked against an independent implementation", () => {
  const input = Uint8Array.from({ length: 101 }, (_, i) => (i * 7) & 0xff);
  const sums = [3, 4, 7, 8, 12, 31, 32, 33, 39, 63, 64, 101].map((n) => toHex(twox64(input.subarray(0, n))));
  expect(sums).toEqual([
    "ab09625a630af79f",
    "41ac550ac0cd5aae",
    "3ea63d6fb2a634d7",
    "eb24b965336b1187",
    "11e6149a3b43b814",
    "b722e7b1627c180f",
    "29c6a83109cbb091",
    "945bd6f83c041b93",
    "f78f0a006f0dc239",
    "26fae213bf109121",
    "d0755744e35230bf",
    "17bdd9554d2f3142",
  ]);
});

test("twox128 is seed 0, then seed 1", () => {
  expect(toHex(twox128(utf8("System")))).toBe("26aa394eea5630e07c48ae0c9558cef7");
});
