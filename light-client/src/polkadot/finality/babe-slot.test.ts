import { expect, test } from "vitest";
import { fromHex, utf8 } from "../../bytes.js";
import { outcome } from "../../testing/outcome.js";
import { child } from "../testing/chain.js";
import { slotTime } from "./babe-slot.js";

const claims = (engine: string, hex: string) =>
  child(undefined, [
    { type: "consensus", engine: utf8("BABE"), data: fromHex("01") },
    { type: "preRuntime", engine: utf8(engine), data: fromHex(hex) },
  ]);

test("a block of Polkadot tells its time", () => {
  // The claim of block 19,663,508, with a VRF's output behind the slot.
  const header = claims("BABE", "03c00000009740fa1000000000e088288be02358a7c702eee7d31fdf4b");
  expect(new Date(Number(slotTime(header))).toISOString()).toBe("2024-02-27T06:39:06.000Z");
});

test("a block without a claim of BABE, or with one cut off, tells none", () => {
  expect(outcome(() => slotTime(child(undefined)))).toBe("proof/no-slot");
  expect(outcome(() => slotTime(claims("aura", "9740fa1000000000")))).toBe("proof/no-slot");
  expect(outcome(() => slotTime(claims("BABE", "03c00000009740fa10000000")))).toMatch(/^decode\//);
});
