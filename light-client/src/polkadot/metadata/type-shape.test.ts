import { expect, test } from "vitest";
import type { TypeLeaf, TypeVariant } from "./type-leaf.js";
import { typeLookup, typeOf } from "./type-lookup.js";
import type { TypeReference } from "./type-reference.js";
import { enumNamed, holdsBytes, isByteArray, isOption } from "./type-shape.js";

const field = (type: TypeReference) => ({ name: undefined, type, typeName: undefined });
const struct = (id: number, ...types: TypeReference[]): TypeLeaf => ({
  path: ["S"],
  definition: { type: "composite", value: types.map(field) },
  id,
});
const none = (id: number, ...path: string[]): TypeLeaf => ({
  path,
  definition: { type: "variant", value: { name: "None", fields: [], index: 0 } },
  id,
});
const array = (id: number, length: number): TypeLeaf => ({
  path: [],
  definition: { type: "array", value: { length, item: "u8" } },
  id,
});

const types = typeLookup([
  array(1, 32),
  struct(2, 1),
  struct(3, 1, 1),
  struct(4),
  none(5, "Option"),
  none(6, "Option", "Other"),
  none(7, "other", "Option"),
  struct(8, 5),
]);

test("bytes are an array of u8, also within structs of one field", () => {
  for (const reference of [1, 2]) expect(isByteArray(types, reference, 32)).toBe(true);
  for (const reference of [3, 4, 5, "u8", "void"] as const) expect(isByteArray(types, reference, 32)).toBe(false);
  expect(isByteArray(types, 1, 31)).toBe(false);
});

test("a variant holds bytes if they are its only field, and its index is the expected one", () => {
  const variant = (...held: TypeReference[]): TypeVariant => ({ name: "Id", index: 3, fields: held.map(field) });
  expect(holdsBytes(types, variant(2), 3, 32)).toBe(true);
  expect(holdsBytes(types, variant(2), 0, 32)).toBe(false);
  expect(holdsBytes(types, variant(2, 4), 3, 32)).toBe(false);
  expect(holdsBytes(types, variant(), 3, 32)).toBe(false);
  expect(holdsBytes(types, undefined, 3, 32)).toBe(false);
});

test("an option has the path `Option` and no other", () => {
  expect([5, 6, 7, 2].map((reference) => isOption(typeOf(types, reference)))).toEqual([true, false, false, false]);
});

test("an enum is named by the last segment of its path", () => {
  expect(enumNamed(types, 8, "Option")?.path).toEqual(["Option"]);
  expect(enumNamed(types, 7, "Option")?.path).toEqual(["other", "Option"]);
  expect(enumNamed(types, 6, "Option")).toBeUndefined();
  expect(enumNamed(types, 2, "S")).toBeUndefined();
});
