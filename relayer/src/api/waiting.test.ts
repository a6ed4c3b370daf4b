import { expect, it } from "vitest";
import { waitingLeaves } from "./waiting.js";

const waiting = [
  { type: "deposit", value: 3n },
  { type: "release", value: 0n },
  { type: "deposit", value: 5n },
] as const;

it("what waits is each leaf that isn't cleared, the oldest first", () => {
  expect(waitingLeaves({ waiting, cleared: new Set([0n]) })).toEqual([
    { index: 1, leaf: { type: "release", value: 0n } },
    { index: 2, leaf: { type: "deposit", value: 5n } },
  ]);
  expect(waitingLeaves({ waiting, cleared: new Set([0n, 1n, 2n]) })).toEqual([]);
});
