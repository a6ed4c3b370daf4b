import { concat, equal, utf8 } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { describe, expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { withdrawalAccount } from "./withdrawal-account.js";

describe("PROTOCOL 3: a withdrawal account", () => {
  const id = filled(32, 1);
  const payee = filled(16, 2);
  const plain = { payee, subaddress: undefined, refundAccount: filled(32, 3) };

  it("is the hash of tag, bridge and preimage", () => {
    const preimage = concat(payee, Uint8Array.of(0), filled(32, 3));
    expect(withdrawalAccount(id, plain)).toEqual(blake2b256(utf8("pdiem/withdrawal/v2"), id, preimage));
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
