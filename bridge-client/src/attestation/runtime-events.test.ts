import { createHash } from "node:crypto";
import { fromHex, utf8 } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { replayRuntimeEvents } from "./runtime-events.js";

const TYPE = 0x08000001;
const event = (name: string, payload: string, imr = 3) => ({
  imr,
  event_type: TYPE,
  digest: "00".repeat(48),
  event: name,
  event_payload: payload,
});
const log = (...entries: readonly object[]): Uint8Array => utf8(JSON.stringify(entries));

/**
 * By the formula alone: SHA-384(mr ‖ SHA-384(type, little endian ‖ ":" ‖ event ‖ ":" ‖ payload)).
 */
const expectedRegister = (...events: readonly (readonly [name: string, payload: string])[]): string =>
  events.reduce((register, [name, payload]) => {
    const digest = createHash("sha384")
      .update(Buffer.from("01000008", "hex"))
      .update(`:${name}:`)
      .update(Buffer.from(payload, "hex"))
      .digest();
    return createHash("sha384").update(Buffer.from(register, "hex")).update(digest).digest("hex");
  }, "00".repeat(48));

describe("a dstack guest's event log", () => {
  test("gives the events of RTMR3 and the value that they lead to", () => {
    const entries = [event("firmware", "", 0), event("app-id", "aa"), event("compose-hash", "bbcc")];
    expect(replayRuntimeEvents(log(...entries))).toEqual({
      events: [
        { name: "app-id", payload: fromHex("aa") },
        { name: "compose-hash", payload: fromHex("bbcc") },
      ],
      rtmr3: expectedRegister(["app-id", "aa"], ["compose-hash", "bbcc"]),
    });
    expect(replayRuntimeEvents(log())).toEqual({ events: [], rtmr3: "00".repeat(48) });
  });

  test("leads elsewhere with any event changed, left out or moved", () => {
    const entries = [event("app-id", "aa"), event("compose-hash", "bbcc")];
    const { rtmr3 } = replayRuntimeEvents(log(...entries));
    for (const other of [
      [event("app-id", "ab"), event("compose-hash", "bbcc")],
      [event("app-ie", "aa"), event("compose-hash", "bbcc")],
      entries.slice(1),
      entries.toReversed(),
      [event("app-id", "aa", 2), event("compose-hash", "bbcc")],
    ])
      expect(replayRuntimeEvents(log(...other)).rtmr3).not.toBe(rtmr3);
  });

  test.each([
    ["no JSON", utf8("[")],
    ["no UTF-8", Uint8Array.of(0xff)],
    ["no list", utf8("{}")],
    ["something else in the list", utf8("[7]")],
    ["no payload", utf8('[{"imr":3,"event_type":1,"event":"x"}]')],
    ["half a byte", log(event("x", "a"))],
    ["a type that is none", utf8('[{"imr":3,"event_type":-1,"event":"x","event_payload":""}]')],
    ["a key twice", utf8('[{"imr":3,"imr":0}]')],
    ["too many events", log(...Array.from({ length: 10_001 }, () => ({ imr: 0 })))],
  ])("is refused with %s", (_, bytes) => {
    expect(outcome(() => replayRuntimeEvents(bytes))).toBe("evidence/format-event-log");
  });
});
