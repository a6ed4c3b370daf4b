import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../bytes.js";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import {
  coreStruct,
  currencyCodeOf,
  currencyType,
  formatTypeTag,
  structType,
  type TypeTag,
  typeTag,
} from "./type-tag.js";

const CORE = "00000000000000000000000000000001";

const leaves = fc
  .constantFrom("bool", "u8", "u64", "u128", "address", "signer")
  .map((type): TypeTag => ({ type, value: undefined }) as TypeTag);
const { tags } = fc.letrec<{ tags: TypeTag }>((tie) => ({
  tags: fc.oneof(
    { maxDepth: 4 },
    leaves,
    tie("tags").map((value): TypeTag => ({ type: "vector", value })),
    fc
      .tuple(fc.string(), fc.string(), fc.array(tie("tags"), { maxLength: 3 }))
      .map(([module, name, params]) => structType(coreStruct(module, name, params))),
  ),
}));

describe("a type tag", () => {
  test("of a currency is the struct named as its module", () => {
    expect(toHex(encode(typeTag, currencyType("XUS")))).toBe(`07${CORE}035855530358555300`);
    expect(currencyCodeOf(currencyType("XDX"))).toBe("XDX");
  });

  test("of anything else has no currency code", () => {
    const elsewhere = { ...coreStruct("XUS", "XUS"), address: fromHex("00000000000000000000000000000002") };
    for (const tag of [
      structType(coreStruct("XUS", "XDX")),
      structType(coreStruct("XUS", "XUS", [currencyType("XUS")])),
      structType(elsewhere),
      { type: "u64", value: undefined } as const,
    ])
      expect(currencyCodeOf(tag)).toBeUndefined();
  });

  test("reads as Move writes it", () => {
    expect(formatTypeTag(structType(coreStruct("DiemAccount", "Balance", [currencyType("XUS")])))).toBe(
      "0x1::DiemAccount::Balance<0x1::XUS::XUS>",
    );
    expect(formatTypeTag({ type: "vector", value: { type: "u8", value: undefined } })).toBe("vector<u8>");
    const zero = structType({ address: new Uint8Array(16), module: "A", name: "B", typeParams: [] });
    expect(formatTypeTag(zero)).toBe("0x0::A::B");
  });

  test("comes back from its encoding", () => {
    fc.assert(
      fc.property(tags, (tag) => {
        expect(decode(typeTag, encode(typeTag, tag))).toEqual(tag);
      }),
    );
  });

  test("doesn't decode when it nests too deep", () => {
    expect(outcome(() => decode(typeTag, fromHex(`${"06".repeat(499)}01`)))).toBe("accepted");
    expect(outcome(() => decode(typeTag, fromHex(`${"06".repeat(500)}01`)))).toBe("decode/depth");
    expect(outcome(() => decode(typeTag, fromHex("06".repeat(60_000))))).toBe("decode/depth");
  });
});
