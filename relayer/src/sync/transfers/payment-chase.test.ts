import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chasePayments } from "./payment-chase.js";

const POLL_MS = 2_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A chase of a sequence number that is used at `usedAt`, ms after the start; undefined: never. */
const chaseOf = (usedAt: (sequenceNumber: bigint) => number | undefined, pollMs = POLL_MS) => {
  const start = Date.now();
  const asked: number[] = [];
  const told: number[] = [];
  const errors: unknown[] = [];
  let sought = 0n;
  const chase = chasePayments({
    ask: async () => {
      const now = Date.now() - start;
      asked.push(now);
      const at = usedAt(sought);
      if (at === -1) throw new Error("the node is gone");
      return at !== undefined && now >= at ? sought + 1n : sought;
    },
    pollMs,
    onUsed: () => told.push(Date.now() - start),
    onError: (error) => errors.push(error),
  });
  const begin = (sequenceNumber: bigint): void => {
    sought = sequenceNumber;
    chase.start(sequenceNumber);
  };
  return { chase, begin, asked, told, errors };
};

describe("the chase of a payment in flight", () => {
  it.each([10, 100, 1_000, 3_000])(
    "tells within a quarter of the time that it took that its sequence number is used, after %i ms",
    async (usedAt) => {
      const { begin, asked, told } = chaseOf(() => usedAt);
      begin(7n);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(told).toHaveLength(1);
      expect(told[0]).toBeGreaterThanOrEqual(usedAt);
      expect(told[0]).toBeLessThanOrEqual(usedAt + Math.max(20, usedAt / 4));
      expect(asked.at(-1)).toBe(told[0]);
      expect(asked.length).toBeLessThanOrEqual(22);
    },
  );

  it("asks ever more rarely, and leaves it to the polls once they come as often", async () => {
    const { begin, asked, told } = chaseOf(() => undefined);
    begin(7n);
    await vi.advanceTimersByTimeAsync(600_000);
    const pauses = asked.map((at, i) => at - (asked[i - 1] ?? 0));
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBeGreaterThan(POLL_MS / 2);
    expect(pauses.at(-1)).toBeLessThan(POLL_MS);
    expect(told).toEqual([]);
  });

  it("asks nothing where polls come as often anyway, and nothing before there is a payment", async () => {
    const { begin, asked } = chaseOf(() => undefined, 20);
    await vi.advanceTimersByTimeAsync(60_000);
    begin(7n);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
  });

  it("ends with an error, told, and begins anew with the next payment", async () => {
    const { begin, asked, told, errors } = chaseOf((number) => (number === 7n ? -1 : 0));
    begin(7n);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([20]);
    expect(String(errors[0])).toContain("the node is gone");
    begin(8n);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([60_020]);
    expect(errors).toHaveLength(1);
  });

  it("leaves off an earlier payment for a later one, also the same handed in again, and everything when it is stopped", async () => {
    const { begin, asked, told, chase } = chaseOf((number) => (number === 8n ? 5_000 : undefined));
    begin(7n);
    await vi.advanceTimersByTimeAsync(4_000);
    begin(8n);
    begin(8n);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toHaveLength(1);
    begin(9n);
    await vi.advanceTimersByTimeAsync(10);
    const before = asked.length;
    await chase.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(before);
  });
});
