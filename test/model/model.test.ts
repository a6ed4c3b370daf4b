/** The model test: random schedules over both chains, and every rule broken once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REACHED, runSchedules } from "./run-schedules.js";

/** Run in the time that `npm test` has; `npm run model` runs more. */
const SCHEDULES = 1_000;
/** One that has come to everything by then. */
const SEED = 2;
/** Up to which it goes on until everything has been reached. */
const MOST = 6_000;

let traceLimit: number;
beforeAll(() => {
  traceLimit = Error.stackTraceLimit;
  // Refusals are thrown by the thousand, and nobody reads where.
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = traceLimit;
});

describe("PROTOCOL 9: under every schedule", () => {
  it("nothing is made up, lost, settled or paid twice, and all ends that can end", () => {
    const counts = new Map<string, number>();
    const missing = (): readonly string[] => REACHED.filter((name) => !counts.has(name));
    let done = 0;
    for (; done < SCHEDULES || (missing().length > 0 && done < MOST); done += 100)
      runSchedules({ seed: SEED, first: done, count: 100, counts });
    expect(missing()).toEqual([]);
  });
});
