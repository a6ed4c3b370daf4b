import { describe, expect, it } from "vitest";
import { createPulse } from "../sync/chain-pulse.js";
import { type ChainSight, chainObstacles, OLD_MS, STILL_MS } from "./chain-obstacles.js";

const NOW = 1_800_000_000_000;

/** Chains polled each second for so long: what each shows at each second. */
const watched = (seconds: number, diem: (second: number) => number, parachain: (second: number) => number) => {
  let at = 0;
  const pulses = { diem: createPulse(() => at), parachain: createPulse(() => at) };
  for (let second = 0; second <= seconds; second++) {
    at = 1_000 * second;
    pulses.diem.note(BigInt(diem(second)));
    pulses.parachain.note(BigInt(parachain(second)));
  }
  return pulses;
};

const sight = (change: Partial<ChainSight>): ChainSight => ({
  pulses: watched(
    100,
    (second) => second,
    (second) => second,
  ),
  diemTime: BigInt(NOW - 2_000),
  parachainTime: BigInt(NOW - 20_000),
  lastError: undefined,
  now: NOW,
  ...change,
});

const found = (change: Partial<ChainSight>) => {
  const { obstacles, warnings } = chainObstacles(sight(change));
  return { obstacles: obstacles.map(({ code }) => code), warnings: warnings.map(({ code }) => code) };
};

const STOPPED_AT = 10;
const goesOn = (second: number): number => second;
const stops = (second: number): number => Math.min(second, STOPPED_AT);

describe("chains", () => {
  it("that go on are no obstacle", () => {
    expect(found({})).toEqual({ obstacles: [], warnings: [] });
    expect(found({ pulses: watched(STOPPED_AT + 30, stops, stops) })).toEqual({ obstacles: [], warnings: [] });
  });

  it("that have halted are told of, each by itself and both, after less than 45 s", () => {
    expect(STILL_MS).toBeLessThan(45_000);
    expect(found({ pulses: watched(STOPPED_AT + 45, stops, goesOn) }).obstacles).toEqual(["diem/halted"]);
    expect(found({ pulses: watched(STOPPED_AT + 45, goesOn, stops) }).obstacles).toEqual(["parachain/halted"]);
    expect(found({ pulses: watched(STOPPED_AT + 45, stops, stops) }).obstacles).toEqual([
      "diem/halted",
      "parachain/halted",
    ]);
  });

  it("whose newest is old are told of, though they move: their nodes lag", () => {
    const old = BigInt(NOW - OLD_MS - 1_000);
    expect(found({ diemTime: old }).obstacles).toEqual(["diem/old"]);
    expect(found({ parachainTime: old }).obstacles).toEqual(["parachain/old"]);
  });

  it("that are ahead of this machine's clock show that the clock is wrong", () => {
    expect(found({ diemTime: BigInt(NOW + 120_000) })).toEqual({ obstacles: [], warnings: ["diem/ahead"] });
  });

  it("that can't be proven are told of by the reason, and by nothing that isn't known", () => {
    const { obstacles } = chainObstacles(sight({ lastError: "rpc/unreachable: nobody there" }));
    expect(obstacles.map(({ code, waitingFor }) => [code, waitingFor])).toEqual([
      ["poll/failing", "nodes that prove both chains: rpc/unreachable: nobody there"],
    ]);
    const pulses = { diem: createPulse(), parachain: createPulse() };
    expect(found({ pulses, diemTime: undefined, parachainTime: undefined })).toEqual({ obstacles: [], warnings: [] });
  });

  it("are judged by a clock that nobody sets back", () => {
    let at = 5_000;
    const pulse = createPulse(() => at);
    pulse.note(7n);
    at = 65_000;
    pulse.note(7n);
    expect(pulse.state()).toEqual({ height: 7n, stillMs: 60_000, askedMs: 0 });
    pulse.note(8n);
    expect(pulse.state()?.stillMs).toBe(0);
  });
});
