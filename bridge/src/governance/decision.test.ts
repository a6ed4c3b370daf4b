import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { decided, PAUSE, UNGOVERNED } from "../testing/guardians.js";
import { type Action, action } from "./action.js";
import { decision } from "./decision.js";

it("a hand-over is signed as the twelfth kind of action and the transcript's 32 bytes", () => {
  const handover: Action = { type: "handover", value: { transcript: filled(32, 0xab) } };
  const encoded = encode(action, handover);
  expect(toHex(encoded)).toBe(`0b${"ab".repeat(32)}`);
  expect(decode(action, encoded)).toEqual(handover);
  expect(outcome(() => decode(action, encoded.subarray(0, 32)))).toMatch(/^decode\//);
});

it("a decision of more than 8 actions isn't read", () => {
  const nine = encode(decision, decided(UNGOVERNED, ...Array<Action>(8).fill(PAUSE)));
  const count = 32 + 8;
  expect(nine[count]).toBe(8);
  const more = Uint8Array.of(...nine.subarray(0, count), 9, ...nine.subarray(count + 1), 0);
  expect(outcome(() => decode(decision, more))).toBe("decode/length");
});
