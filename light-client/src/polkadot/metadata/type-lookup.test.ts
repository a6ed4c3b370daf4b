import { expect, test } from "vitest";
import { outcome } from "../../testing/outcome.js";
import type { TypeLeaf } from "./type-leaf.js";
import { typeLookup, typeOf } from "./type-lookup.js";
import { unwrapped } from "./type-shape.js";

const variant = (id: number, name: string, index: number, path = ["E"]): TypeLeaf => ({
  path,
  definition: { type: "variant", value: { name, fields: [], index } },
  id,
});
const sequence = (id: number): TypeLeaf => ({ path: [], definition: { type: "sequence", value: "u8" }, id });

test("variants of one number make one enum", () => {
  const types = typeLookup([variant(1, "A", 0), sequence(2), variant(1, "B", 7)]);
  expect(typeOf(types, 1)).toMatchObject({ type: "enum", path: ["E"], variants: [{ name: "A" }, { name: "B" }] });
  expect(typeOf(types, 2)).toMatchObject({ type: "sequence", value: "u8" });
  expect(typeOf(types, "u8")).toBeUndefined();
});

test.each([
  ["two definitions of one number", [sequence(1), sequence(1)]],
  ["an enum and another type of one number", [variant(1, "A", 0), sequence(1)]],
  ["another type and an enum of one number", [sequence(1), variant(1, "A", 0)]],
  ["two variants of one name", [variant(1, "A", 0), variant(1, "A", 1)]],
  ["two variants of one index", [variant(1, "A", 0), variant(1, "B", 0)]],
  ["variants of two paths", [variant(1, "A", 0), variant(1, "B", 1, ["F"])]],
])("PROTOCOL 3: %s are refused", (_, leaves) => {
  expect(outcome(() => typeLookup(leaves))).toBe("proof/metadata-duplicate");
});

test("a type that isn't proven is missing", () => {
  expect(outcome(() => typeOf(typeLookup([]), 5))).toBe("proof/metadata-missing");
});

const wrapper = (id: number, inner: number | "u32"): TypeLeaf => ({
  path: ["Wrapper"],
  definition: { type: "composite", value: [{ name: undefined, type: inner, typeName: undefined }] },
  id,
});

test("PROTOCOL 3: types are followed 16 deep and no deeper", () => {
  const chain = (length: number) =>
    typeLookup(Array.from({ length }, (_, at) => wrapper(at, at === length - 1 ? "u32" : at + 1)));
  expect(unwrapped(chain(17), 0)).toBe("u32");
  expect(outcome(() => unwrapped(chain(18), 0))).toBe("proof/metadata-depth");
  expect(outcome(() => unwrapped(typeLookup([wrapper(0, 0)]), 0))).toBe("proof/metadata-depth");
});
