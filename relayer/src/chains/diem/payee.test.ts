import { encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { describe, expect, it } from "vitest";
import { parsePayee } from "./payee.js";

const address = new Uint8Array(16).fill(7);
const subaddress = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

describe("a payee on Diem", () => {
  it("is read from hex and from an address of the network, with and without subaddress", () => {
    expect(parsePayee("tdm", "07".repeat(16))).toEqual({ payee: address, subaddress: undefined });
    expect(parsePayee("tdm", encodeAccountIdentifier("tdm", address))).toEqual({
      payee: address,
      subaddress: undefined,
    });
    expect(parsePayee("tdm", encodeAccountIdentifier("tdm", address, subaddress))).toEqual({
      payee: address,
      subaddress,
    });
  });

  it.each([
    ["another network's", encodeAccountIdentifier("dm", address)],
    ["a parachain account", "07".repeat(32)],
  ])("isn't read from %s", (_, text) =>
    expect(() => parsePayee("tdm", text)).toThrow(expect.objectContaining({ code: "decode/account-identifier" })),
  );
});
