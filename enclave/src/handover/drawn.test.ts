import { filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { createDrawing } from "./drawn.js";

const subject = filled(32, 1);

describe("a value that a process draws", () => {
  it("is known to that process again, however many others it draws", () => {
    const { draw, isDrawn } = createDrawing();
    const first = draw("nonce", subject);
    const others = Array.from({ length: 1_000 }, () => draw("nonce", subject));
    expect(first).toHaveLength(32);
    expect(new Set([first, ...others].map(toHex)).size).toBe(1_001);
    expect(isDrawn("nonce", subject, first)).toBe(true);
  });

  it("is no other process's, and for no other purpose or subject", () => {
    const { draw, isDrawn } = createDrawing();
    const value = draw("nonce", subject);
    expect(createDrawing().isDrawn("nonce", subject, value)).toBe(false);
    expect(isDrawn("challenge", subject, value)).toBe(false);
    expect(isDrawn("receipt", subject, value)).toBe(false);
    expect(isDrawn("nonce", filled(32, 2), value)).toBe(false);
  });

  it("is nothing that somebody else makes up or changes", () => {
    const { draw, isDrawn } = createDrawing();
    const value = draw("challenge", subject);
    for (let bit = 0; bit < 256; bit++) {
      const changed = value.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isDrawn("challenge", subject, changed)).toBe(false);
    }
    for (const length of [0, 16, 31, 33]) expect(isDrawn("challenge", subject, new Uint8Array(length))).toBe(false);
    expect(isDrawn("challenge", subject, new Uint8Array(32))).toBe(false);
  });
});
