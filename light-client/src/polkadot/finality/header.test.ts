import fc from "fast-check";
import { expect, test } from "vitest";
import { equal, fromHex, toHex, utf8 } from "../../bytes.js";
import { decode, encode } from "../../codec/scale.js";
import { outcome } from "../../testing/outcome.js";
import { child, disabled } from "../testing/chain.js";
import { flipBit } from "../testing/flip-bit.js";
import { consensusItems } from "./digest.js";
import { header, headerHash } from "./header.js";

const encoded = fromHex(
  "444340c3fdd24466307d23f2f38c4a7787b7092aa9e7e614534a4efa4a2e7e4a522ab004623b36bddae282e9fefab4707697171a594fdb27e90fd4ada4ebcc356438b0706784dc16f12dc55d585bb4d8dc0dd08682e1c5714e081821ac2de07df41bb9fb0c0642414245b50103c00000009740fa1000000000e088288be02358a7c702eee7d31fdf4bb3f47a2e24bedf8db390405bf3cca51c09f060dd63ae5632993fbc156062635eb921b75588bab688c5d2b62dc9e13e0464ceb3835c9c9806b33718282904b0dcbf2a9ce7f7b8a20f3f4696b50473e40604424545468403ea39d1df20f8a9f2509f42dc42e9868d53c5a5581a95660ca12b74d5acfd92fa05424142450101680c6d5888043c8a468fced27d321b3d0937a6fa4961430edb5be4ee118628698a5c3a05969668bcf229dbd63d0179c92fe2242f8fecdd203a8f5dbb584c348d",
);

test("a header of Polkadot has its block's hash", () => {
  const value = decode(header, encoded);
  expect(value.number).toBe(19_663_508);
  expect(toHex(headerHash(value))).toBe("6e87866fb4f412e1e691e25d294019a7695d5a756ee7bc8d012c25177b5e1e13");
  expect(toHex(value.stateRoot)).toBe("623b36bddae282e9fefab4707697171a594fdb27e90fd4ada4ebcc356438b070");
  expect(value.digest.map(({ type }) => type)).toEqual(["preRuntime", "consensus", "seal"]);
  expect(encode(header, value)).toEqual(encoded);
});

test("any bit changed gives another block or a typed error", () => {
  const hash = headerHash(decode(header, encoded));
  fc.assert(
    fc.property(fc.nat(8 * encoded.length - 1), (bit) => {
      const changed = flipBit(encoded, bit);
      return outcome(() => expect(equal(headerHash(decode(header, changed)), hash)).toBe(false)) !== "";
    }),
  );
});

test("digest items of kinds that no chain writes any more are refused", () => {
  const value = encode(header, child(undefined, [{ type: "other", data: utf8("x") }]));
  for (const kind of [1, 2, 3, 7, 9]) {
    const changed = value.slice();
    changed[changed.length - 3] = kind;
    expect(outcome(() => decode(header, changed))).toBe("decode/digest");
  }
});

test("every kind of digest item is read back, and an engine's consensus items are found in order", () => {
  const engine = utf8("BABE");
  const value = child(undefined, [
    { type: "preRuntime", engine, data: utf8("a") },
    { type: "consensus", engine, data: utf8("b") },
    disabled(1n),
    disabled(2n),
    { type: "other", data: utf8("c") },
    { type: "runtimeEnvironmentUpdated" },
    { type: "seal", engine, data: utf8("d") },
  ]);
  expect(decode(header, encode(header, value))).toEqual(value);
  expect(consensusItems(value.digest, "FRNK").map(toHex)).toEqual(["030100000000000000", "030200000000000000"]);
});
