import { filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { createNonces } from "./nonces.js";

const subject = filled(32, 1);
const secret = filled(32, 9);

describe("a nonce", () => {
  it("is known to its secret again, however many others that makes", () => {
    const { make, isOwn } = createNonces(secret);
    const first = make("checkpoint", subject);
    const others = Array.from({ length: 1_000 }, () => make("checkpoint", subject));
    expect(first).toHaveLength(32);
    expect(new Set([first, ...others].map(toHex)).size).toBe(1_001);
    expect(isOwn("checkpoint", subject, first)).toBe(true);
    expect(createNonces(secret).isOwn("checkpoint", subject, first)).toBe(true);
  });

  it("is no other secret's, and for no other purpose or subject", () => {
    const { make, isOwn } = createNonces(secret);
    const value = make("checkpoint", subject);
    expect(createNonces(filled(32, 8)).isOwn("checkpoint", subject, value)).toBe(false);
    expect(isOwn("challenge", subject, value)).toBe(false);
    expect(isOwn("receipt", subject, value)).toBe(false);
    expect(isOwn("checkpoint", filled(32, 2), value)).toBe(false);
  });

  it("is nothing that somebody else makes up or changes", () => {
    const { make, isOwn } = createNonces(secret);
    const value = make("challenge", subject);
    for (let bit = 0; bit < 256; bit++) {
      const changed = value.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isOwn("challenge", subject, changed)).toBe(false);
    }
    for (const length of [0, 16, 31, 33]) expect(isOwn("challenge", subject, new Uint8Array(length))).toBe(false);
    expect(isOwn("challenge", subject, new Uint8Array(32))).toBe(false);
  });
});
