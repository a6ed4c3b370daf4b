import { fromHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { bech32, bech32m } from "@scure/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeAccountIdentifier, encodeAccountIdentifier } from "./account-identifier.js";

const address = fromHex("f72589b71ff4f8d139674a3f7369c69b");
const subaddress = fromHex("cf64428bdeb62af2");
const root = "dm1p7ujcndcl7nudzwt8fglhx6wxnvqqqqqqqqqqqqqd8p9cq";
const withSub = "tdm1p7ujcndcl7nudzwt8fglhx6wxn08kgs5tm6mz4ustv0tyx";
const refusal = (text: string, hrp = "dm") => outcome(() => decodeAccountIdentifier(hrp, text));

describe("an account identifier", () => {
  test("is the one of DIP 5", () => {
    expect(encodeAccountIdentifier("dm", address)).toBe(root);
    expect(encodeAccountIdentifier("tdm", address, subaddress)).toBe(withSub);
    expect(decodeAccountIdentifier("tdm", withSub)).toEqual({ address, subaddress });
  });

  test("without a subaddress is the same as with zeros", () => {
    expect(encodeAccountIdentifier("dm", address, new Uint8Array(8))).toBe(root);
    expect(decodeAccountIdentifier("dm", root)).toEqual({ address, subaddress: undefined });
  });

  test("may be all upper case, not mixed", () => {
    expect(decodeAccountIdentifier("dm", root.toUpperCase()).address).toEqual(address);
    expect(refusal(root.slice(0, -1) + root.slice(-1).toUpperCase())).toBe("decode/account-identifier");
  });

  test("comes back from its text", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(8), fc.constantFrom("dm", "tdm", "pdm", "ddm"), (account, sub, hrp) => {
        const read = decodeAccountIdentifier(hrp, encodeAccountIdentifier(hrp, account, sub));
        expect(read.address).toEqual(account);
        expect(read.subaddress ?? new Uint8Array(8)).toEqual(sub);
      }),
    );
  });

  test("is refused for another network, version, length, padding or variant of bech32", () => {
    const data = bech32.toWords(Uint8Array.from([...address, ...subaddress]));
    const padded = data.with(-1, (data.at(-1) ?? 0) | 1);
    for (const text of [
      withSub,
      bech32.encode("dm", [0, ...data]),
      bech32.encode("dm", [2, ...data]),
      bech32.encode("dm", [1, ...data.slice(1)]),
      bech32.encode("dm", [1, ...data, 0]),
      bech32.encode("dm", [1, ...padded]),
      bech32m.encode("dm", [1, ...data]),
      bech32.encode("dm", []),
      "",
      "dm1",
    ])
      expect(refusal(text)).toBe("decode/account-identifier");
  });

  test("is refused with any character changed", () => {
    for (let i = 0; i < root.length; i++)
      for (const character of ["q", "p", "z", "b", "1", " "])
        if (root[i] !== character)
          expect(refusal(root.slice(0, i) + character + root.slice(i + 1))).toBe("decode/account-identifier");
  });

  test("can't be made of bytes of another length", () => {
    expect(() => encodeAccountIdentifier("dm", address.subarray(1))).toThrow(RangeError);
    expect(() => encodeAccountIdentifier("dm", address, subaddress.subarray(1))).toThrow(RangeError);
  });
});
