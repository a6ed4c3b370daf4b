import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "../bytes.js";
import { bytes, encode } from "../codec/bcs.js";
import { sha3_256 } from "../crypto/sha3.js";
import { accountAddressHash, formatAccountAddress, parseAccountAddress } from "./account-address.js";
import { hasher, hashOf, nodeHasher, seed, signingMessageOf } from "./hashing.js";
import { outcome } from "./testing/mutations.js";

describe("hashing", () => {
  test("sets types apart by a seed that is itself a hash", () => {
    expect(toHex(seed("LedgerInfo"))).toBe("cd510d1ab583c33b54fa949014601df0664857c18c4cfb228c862dd869df1b62");
    expect(hasher("Any")(utf8("a"), utf8("b"))).toEqual(sha3_256(seed("Any"), utf8("ab")));
    expect(nodeHasher("Any")(utf8("a"), utf8("b"))).toEqual(hasher("Any")(utf8("ab")));
  });

  test("of values is over their encoding, while what is signed isn't hashed first", () => {
    const value = utf8("value");
    expect(hashOf("Any", bytes())(value)).toEqual(hasher("Any")(encode(bytes(), value)));
    expect(toHex(signingMessageOf("Any", bytes())(value))).toBe(toHex(seed("Any")) + toHex(encode(bytes(), value)));
  });
});

describe("an account address", () => {
  const text = "ca843279e3427144cead5e4d5999a3d0";

  test("is read in either case, with or without 0x, and written in lower case", () => {
    for (const form of [text, text.toUpperCase(), `0x${text}`])
      expect(formatAccountAddress(parseAccountAddress(form))).toBe(text);
    for (const form of ["", text.slice(2), `${text}00`, `${text.slice(1)}g`])
      expect(outcome(() => parseAccountAddress(form))).toBe("decode/hex");
  });

  test("is hashed into its key in the state tree", () => {
    expect(toHex(accountAddressHash(parseAccountAddress(text)))).toBe(
      "6403c4906e79cf4536edada922040805c6a8d0e735fa4516a9cc40038bd125c8",
    );
  });
});
