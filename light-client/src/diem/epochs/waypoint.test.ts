import { describe, expect, test } from "vitest";
import { outcome } from "../../testing/outcome.js";
import { hashOfText, ledgerInfoAt } from "../testing/ledger.js";
import { epochStateOf, validators } from "../testing/validators.js";
import { formatWaypoint, parseWaypoint, waypointOf } from "./waypoint.js";

const HASH = "3139c30efe6dbde4228efb9df32c137dc3a2490b97ab6a086897be1d0cb336f0";

describe("a waypoint's text", () => {
  test("is read and written alike", () => {
    for (const text of [`0:${HASH}`, `18446744073709551615:${HASH}`])
      expect(formatWaypoint(parseWaypoint(text))).toBe(text);
    expect(formatWaypoint(parseWaypoint(`7:${HASH.toUpperCase()}`))).toBe(`7:${HASH}`);
  });

  test("is refused in any other form", () => {
    const wrong = ["", "0", HASH, `:${HASH}`, `-1:${HASH}`, `01:${HASH}`, `1e3:${HASH}`, `0x1:${HASH}`, ` 1:${HASH}`];
    const longer = [`1:${HASH}:`, `1:${HASH}:2`, `1:${HASH}0`, `1:${HASH.slice(2)}`, `1:0x${HASH}`, `1:${HASH}\n`];
    for (const text of [...wrong, ...longer, `18446744073709551616:${HASH}`])
      expect(outcome(() => parseWaypoint(text))).toBe("decode/waypoint");
  });
});

describe("a waypoint", () => {
  const info = ledgerInfoAt(5, hashOfText("root"), 1n, epochStateOf(2n, validators(2)));
  const of = (change: Partial<typeof info.commitInfo>) =>
    formatWaypoint(waypointOf({ commitInfo: { ...info.commitInfo, ...change } }));

  test("covers epoch, root, version, time and the next validators", () => {
    const covered = [
      of({ epoch: 2n }),
      of({ executedStateId: hashOfText("other") }),
      of({ version: 6n }),
      of({ timestampUsecs: 0n }),
      of({ nextEpochState: undefined }),
      of({ nextEpochState: epochStateOf(2n, validators(3)) }),
    ];
    expect(new Set([...covered, of({})]).size).toBe(covered.length + 1);
  });

  test("covers neither round nor id", () => {
    expect(of({ round: 9n, id: hashOfText("other") })).toBe(of({}));
  });
});
