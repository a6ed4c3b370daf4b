import { describe, expect, it } from "vitest";
import { blockTimestamp, type Cadence, DEFAULT_CADENCE, MINIMUM_PERIOD, nextBlockAt } from "./cadence.js";

/**
 * Lets the clock run for a while. It tells when blocks were made, and by how much each one's time
 * was ahead.
 */
const run = (cadence: Cadence, start: number, end: number, busy: boolean, parent: number) => {
  const blocks: { at: number; ahead: number }[] = [];
  let parentTimestamp = parent;
  let lastBuiltAt = start;
  for (;;) {
    const at = nextBlockAt(cadence, { lastBuiltAt, parentTimestamp, busy });
    if (at > end) return { blocks, parentTimestamp };
    parentTimestamp = blockTimestamp(cadence, parentTimestamp, at);
    lastBuiltAt = at;
    blocks.push({ at, ahead: parentTimestamp - at });
  }
};

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

describe("the cadence of blocks", () => {
  it("starts as far behind the clock as it may be", () => {
    expect(blockTimestamp(DEFAULT_CADENCE, 0, NOW)).toBe(NOW - DEFAULT_CADENCE.maxDrift);
  });

  it("makes some thirty blocks 2 s apart at first, and keeps its time near the clock for ever", () => {
    const { blocks } = run(DEFAULT_CADENCE, NOW, NOW + HOUR, true, 0);
    const quick = blocks.findIndex(({ at }, i) => i > 0 && at - (blocks[i - 1]?.at ?? 0) > 2_000);
    expect(quick).toBeGreaterThanOrEqual(29);
    for (const { ahead } of blocks) expect(Math.abs(ahead)).toBeLessThanOrEqual(DEFAULT_CADENCE.maxDrift);
    expect(blocks.length).toBeGreaterThan(HOUR / MINIMUM_PERIOD);
  });

  it("falls back to the clock while idle, and never waits longer than twice the idle interval", () => {
    const busy = run(DEFAULT_CADENCE, NOW, NOW + 120_000, true, 0);
    const idle = run(DEFAULT_CADENCE, NOW + 120_000, NOW + 420_000, false, busy.parentTimestamp);
    expect(idle.blocks.at(-1)?.ahead).toBeLessThanOrEqual(MINIMUM_PERIOD);
    const gaps = idle.blocks.map(({ at }, i) => at - (idle.blocks[i - 1]?.at ?? NOW + 120_000));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * DEFAULT_CADENCE.idleInterval);
  });

  it("runs ahead of the clock further than it falls behind, where that is wanted", () => {
    const eager: Cadence = {
      ...DEFAULT_CADENCE,
      busyInterval: 500,
      idleInterval: 500,
      maxDrift: 0,
      maxLead: 90_000,
    };
    const { blocks } = run(eager, NOW, NOW + 60_000, true, 0);
    const aheads = blocks.map(({ ahead }) => ahead);
    expect(aheads[0]).toBe(0);
    expect(Math.min(...aheads)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...aheads)).toBeLessThanOrEqual(90_000);
    expect(Math.max(...aheads)).toBeGreaterThan(80_000);
  });

  it("catches up with the clock after a standstill", () => {
    const parent = NOW - HOUR;
    expect(blockTimestamp(DEFAULT_CADENCE, parent, NOW)).toBe(NOW - DEFAULT_CADENCE.maxDrift);
  });
});
