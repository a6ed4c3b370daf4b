import { readDestination } from "@pdiem/bridge/deposit/destination";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { decodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { describe, expect, it } from "vitest";
import { depositAddress, rawDepositMetadata } from "./deposit-address.js";

describe("PROTOCOL 3: a deposit address", () => {
  it("is a DIP-5 address of custody and the index plus one", () => {
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
