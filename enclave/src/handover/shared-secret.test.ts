import { createPrivateKey } from "node:crypto";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { makeHandoverEnd } from "./handover-end.js";
import { withSharedSecret } from "./shared-secret.js";

const PKCS8_X25519 = "302e020100300506032b656e04220420";
const privateKey = (hex: string) =>
  createPrivateKey({ key: Buffer.from(PKCS8_X25519 + hex, "hex"), format: "der", type: "pkcs8" });

/** Little endian; every u of order 1, 2, 4 or 8 on the curve or its twist, canonical or not. */
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];
const withHighBit = (hex: string): string => {
  const bytes = fromHex(hex);
  bytes[31] = (bytes[31] ?? 0) | 0x80;
  return toHex(bytes);
};

const code = expect.objectContaining({ code: "refused/handover-weak-key" });

describe("the secret that two processes share", () => {
  it("is RFC 7748's, section 6.1", () => {
    const alice = privateKey("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const bob = fromHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    expect(withSharedSecret(alice, bob, toHex)).toBe(
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    );
  });

  it("is the same on both sides, and wiped after use", () => {
    const [one, other] = [makeHandoverEnd(), makeHandoverEnd()];
    let kept: Uint8Array = fromHex("01");
    const secret = withSharedSecret(one.privateKey, other.publicKey, (bytes) => {
      kept = bytes;
      return toHex(bytes);
    });
    expect(withSharedSecret(other.privateKey, one.publicKey, toHex)).toBe(secret);
    expect(toHex(kept)).toBe("00".repeat(32));
  });

  it.each([...SMALL_ORDER, ...SMALL_ORDER.map(withHighBit)])("isn't shared with a key of small order: %s", (hex) => {
    expect(() => withSharedSecret(makeHandoverEnd().privateKey, fromHex(hex), toHex)).toThrow(code);
  });

  it.each([0, 31, 33])("isn't shared with a key of %i bytes", (length) => {
    expect(() => withSharedSecret(makeHandoverEnd().privateKey, new Uint8Array(length).fill(9), toHex)).toThrow(code);
  });
});
