/** PROTOCOL 7a under random schedules of a host that has k − 1 slots and carries all messages. */
import { describe, expect, it } from "vitest";
import { REACHED, runSchedules, type Theme } from "./run-schedules.js";

/** Run in the time that `npm test` has; `npm run model:holders` runs more. */
const RUNS: readonly (readonly [Theme, number, number])[] = [
  ["ceremony", 1, 8],
  ["signing", 1, 12],
  ["repair", 50, 6],
];
/** Up to which it goes on until everything has been reached. */
const MOST = 60;

describe("under every schedule", () => {
  it.each(RUNS)("nothing is signed that shouldn't be, and no nonce serves twice: %s", async (theme, seed, count) => {
    const counts = new Map<string, number>();
    const missing = (): readonly string[] => REACHED[theme].filter((name) => !counts.has(name));
    for (let first = 0; first < count || (missing().length > 0 && first < MOST); first++)
      await runSchedules({ theme, seed, first, count: 1, counts });
    expect(missing()).toEqual([]);
  });
});
