import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { expect, test } from "vitest";
import type { RuntimeType, RuntimeTypes } from "./runtime-types.js";
import { sampleValue } from "./sample-value.js";

const typesOf = (...defs: RuntimeType["def"][]): RuntimeTypes => ({
  lookup: new Map(defs.map((def, id) => [id, { id, path: ["Era"], params: [], def, docs: [] }])),
  pallets: [],
  address: 0,
  signature: 0,
  base58Prefix: 42,
  extensions: [],
});

const U16: RuntimeType["def"] = { tag: "primitive", value: { tag: "u16", value: undefined } };
const variant = (name: string, index: number, type: number) => ({
  name,
  index,
  fields: [{ name: undefined, type, typeName: undefined, docs: [] }],
  docs: [],
});

test("values are zeros, empty lists and the chosen variants", () => {
  const types = typesOf(
    U16,
    { tag: "sequence", value: 0 },
    { tag: "tuple", value: [0, 1] },
    { tag: "array", value: { type: 0, len: 3 } },
    { tag: "variant", value: [variant("Immortal", 0, 2), variant("Mortal5", 5, 0)] },
  );
  expect(toHex(sampleValue(types, 2, {}))).toBe("000000");
  expect(toHex(sampleValue(types, 3, {}))).toBe("000000000000");
  expect(toHex(sampleValue(types, 4, { Era: "Mortal5" }))).toBe("050000");
  expect(toHex(sampleValue(types, 4, { Era: "Mortal6" }))).toBe("00000000");
});

test("types that can't be sampled, or not with bounded work, are refused", () => {
  const refused: RuntimeType["def"][] = [
    { tag: "tuple", value: [0] },
    { tag: "tuple", value: [99] },
    { tag: "array", value: { type: 1, len: 0xffff_ffff } },
    { tag: "array", value: { type: 2, len: 0xffff_ffff } },
    { tag: "variant", value: [variant("Twice", 0, 3)] },
    { tag: "bitSequence", value: { bitStoreType: 1, bitOrderType: 1 } },
  ];
  // Each of these holds the next one twice.
  const doubled = Array.from({ length: 20 }, (_, at): RuntimeType["def"] => ({
    tag: "tuple",
    value: at === 19 ? [] : [at + 4, at + 4],
  }));
  for (const def of refused)
    expect(outcome(() => sampleValue(typesOf(def, U16, { tag: "tuple", value: [] }, ...doubled), 0, {}))).toBe(
      "rpc/metadata",
    );
});
