import { filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { BOX_LENGTH } from "../wire/handover.js";
import { type Channel, openBox, sealBox } from "./box.js";
import { makeHandoverEnd } from "./handover-end.js";

const [giver, receiver, stranger] = [makeHandoverEnd(), makeHandoverEnd(), makeHandoverEnd()];
const transcript = filled(32, 1);
const seed = filled(32, 0x5e);
const outward: Channel = { own: giver.privateKey, theirs: receiver.publicKey, transcript };
const inward: Channel = { own: receiver.privateKey, theirs: giver.publicKey, transcript };
const refused = expect.objectContaining({ code: "refused/handover-box" });

describe("a box", () => {
  it("gives the receiver the key, each time from other bytes, none of which are the key's", () => {
    const boxes = [sealBox(outward, seed), sealBox(outward, seed)];
    for (const box of boxes) {
      expect(box).toHaveLength(BOX_LENGTH);
      expect(openBox(inward, box)).toEqual(seed);
      expect(toHex(box)).not.toContain("5e5e5e5e");
    }
    expect(new Set(boxes.map(toHex)).size).toBe(2);
    expect(seed).toEqual(filled(32, 0x5e));
  });

  it("opens for no other process, from no other one, and in no other hand-over", () => {
    const box = sealBox(outward, seed);
    for (const change of [
      { own: stranger.privateKey },
      { theirs: stranger.publicKey },
      { transcript: filled(32, 2) },
    ] satisfies readonly Partial<Channel>[])
      expect(() => openBox({ ...inward, ...change }, box)).toThrow(refused);
  });

  it("doesn't open with any bit changed, nor shorter, longer or empty", () => {
    const box = sealBox(outward, seed);
    for (let bit = 0; bit < 8 * BOX_LENGTH; bit++) {
      const changed = box.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openBox(inward, changed)).toThrow(refused);
    }
    for (const other of [box.subarray(0, -1), new Uint8Array([...box, 0]), new Uint8Array()])
      expect(() => openBox(inward, other)).toThrow(refused);
  });
});
