import { concat, equal, utf8 } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { decodeAccountIdentifier } from "@pdiem/light-client/diem/address/account-identifier";
import { describe, expect, it } from "vitest";
import { depositAddress, rawDepositMetadata, withdrawalAccount } from "./addresses.js";
import { readDestination } from "../deposit/destination.js";
import { exampleConfig, filled } from "../testing/config.js";

describe("a deposit address", () => {
  it("is a DIP-5 address of custody that a payment comes back from as its index", () => {
    const address = depositAddress(exampleConfig, 41n);
    expect(address).toMatch(/^tdm1p/);
    expect(decodeAccountIdentifier("tdm", address)).toEqual({
      address: exampleConfig.diem.custody,
      subaddress: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 42),
    });
  });

  it("has a raw form that names the account itself", () => {
    const account = filled(32, 7);
    expect(readDestination(rawDepositMetadata(account))).toEqual({ type: "account", account });
  });
});

describe("a withdrawal account", () => {
  const id = filled(32, 1);
  const payee = filled(16, 2);
  const plain = { payee, subaddress: undefined, refundAccount: undefined };

  it("is the hash of tag, bridge and preimage", () => {
    const preimage = concat(payee, Uint8Array.of(0, 0));
    expect(withdrawalAccount(id, plain)).toEqual(blake2b256(utf8("pdiem/withdrawal/v1"), id, preimage));
  });

  it("differs with each part of its preimage, and between bridges", () => {
    const accounts = [
      withdrawalAccount(id, plain),
      withdrawalAccount(filled(32, 2), plain),
      withdrawalAccount(id, { ...plain, payee: filled(16, 3) }),
      withdrawalAccount(id, { ...plain, subaddress: filled(8, 1) }),
      withdrawalAccount(id, { ...plain, refundAccount: filled(32, 1) }),
    ];
    for (const [i, a] of accounts.entries()) for (const b of accounts.slice(i + 1)) expect(equal(a, b)).toBe(false);
  });
});
