import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";
import { type Action, action } from "./decision.js";

it("a hand-over is signed as the ninth kind of action and the transcript's 32 bytes", () => {
  const handover: Action = { type: "handover", value: { transcript: filled(32, 0xab) } };
  const encoded = encode(action, handover);
  expect(toHex(encoded)).toBe(`08${"ab".repeat(32)}`);
  expect(decode(action, encoded)).toEqual(handover);
  expect(refusal(() => decode(action, encoded.subarray(0, 32)))).toMatch(/^decode\//);
});
