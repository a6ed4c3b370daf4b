import { describe, expect, it } from "vitest";
import { progressOf, reach } from "./progress.js";

const seen = { stage: "seen", at: { seen: 1 }, waitingFor: "room in the mint window" } as const;

describe("a transfer's progress", () => {
  it("goes through its stages, each with its time, and forgets what it waited for", () => {
    const settled = reach(reach(seen, "proven", undefined, 2), "settled", "ab", 3);
    expect(settled).toEqual({ stage: "settled", at: { seen: 1, proven: 2, settled: 3 }, batch: "ab" });
  });

  it.each([
    [{ stage: "finalized", at: { finalized: "soon" } }],
    [{ stage: "over", at: {} }],
    [{ stage: "proven", at: { seen: 1 }, batch: 5 }],
    [7],
  ])("is none where a job shows %o", (progress) => {
    expect(progressOf({ progress, timestamp: 3 })).toEqual({ stage: "seen", at: { seen: 3 } });
  });

  it("keeps the time at which a stage was first reached", () => {
    expect(reach(reach(seen, "proven", undefined, 2), "proven", undefined, 9).at.proven).toBe(2);
  });
});
