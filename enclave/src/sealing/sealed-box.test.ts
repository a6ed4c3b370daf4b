import { randomBytes } from "node:crypto";
import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { type Sealing, seal, unseal } from "./sealed-box.js";

const sealing: Sealing = { sealingKey: new Uint8Array(32).fill(1), bridgeId: new Uint8Array(32).fill(2) };
const content = new Uint8Array(randomBytes(100));

describe("sealed box", () => {
  it("opens on the machine and for the bridge that it was sealed for", () => {
    expect(unseal(sealing, seal(sealing, content))).toEqual(content);
  });

  it("refuses another version", () => {
    const box = seal(sealing, content);
    for (const version of [0, 2, 4]) {
      box[12] = version;
      expect(outcome(() => unseal(sealing, box))).toBe("sealed/version");
    }
  });

  it("shows nothing of its content, and never looks the same twice", () => {
    const box = seal(sealing, content);
    expect(toHex(box)).not.toContain(toHex(content.subarray(0, 8)));
    expect(toHex(box)).not.toContain(toHex(sealing.sealingKey.subarray(0, 8)));
    expect(seal(sealing, content)).not.toEqual(box);
  });

  it("tells another machine from another configuration", () => {
    const box = seal(sealing, content);
    expect(outcome(() => unseal({ ...sealing, sealingKey: new Uint8Array(32) }, box))).toBe("sealed/other-machine");
    expect(outcome(() => unseal({ ...sealing, bridgeId: new Uint8Array(32) }, box))).toBe("sealed/other-configuration");
  });

  it("refuses a file under any flipped bit, never as another machine's or bridge's", () => {
    const box = seal(sealing, content);
    const codes = new Set<string>();
    for (let bit = 0; bit < box.length * 8; bit++) {
      const flipped = box.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      codes.add(outcome(() => unseal(sealing, flipped)));
    }
    expect([...codes].sort()).toEqual(["sealed/damaged", "sealed/format", "sealed/version"]);
  });

  it("refuses a file cut short or with bytes added", () => {
    const box = seal(sealing, content);
    for (let length = 0; length < box.length; length++)
      expect(outcome(() => unseal(sealing, box.subarray(0, length)))).toMatch(/^sealed\/(format|damaged)$/);
    expect(outcome(() => unseal(sealing, Buffer.concat([box, Buffer.alloc(1)])))).toBe("sealed/damaged");
    expect(() => unseal(sealing, new Uint8Array())).toThrow(/got an empty one: put a copy back/);
  });

  it("refuses a header rewritten for another bridge, check included", () => {
    const mine = seal(sealing, content);
    const other = { ...sealing, bridgeId: new Uint8Array(32).fill(3) };
    const header = seal(other, content).subarray(0, mine.length - content.length - 16);
    expect(outcome(() => unseal(other, Buffer.concat([header, mine.subarray(header.length)])))).toBe("sealed/damaged");
  });
});
