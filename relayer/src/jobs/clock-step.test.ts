import { expect, it } from "vitest";
import { watchClockSteps } from "./clock-step.js";

/**
 * A machine whose clocks are set as told, and a queue that counts how often its jobs are promoted.
 */
const machine = () => {
  const state = { time: 1_000_000, now: 0, promoted: 0, isDown: false };
  const steps = watchClockSteps(
    () => state.time,
    () => state.now,
  );
  const queue = {
    promoteJobs: async () => {
      if (state.isDown) throw new Error("Redis is away");
      state.promoted += 1;
    },
  };
  const pass = (ms: number): void => {
    state.time += ms;
    state.now += ms;
  };
  return { state, pass, poll: () => steps.makeUp([queue]) };
};

it("delayed jobs are taken up where the clock was set back, and only then", async () => {
  const { state, pass, poll } = machine();
  for (const step of [0, 400, -400, 3_600_000]) {
    pass(10_000);
    state.time += step;
    await poll();
  }
  expect(state.promoted).toBe(0);
  state.time -= 3_600_000;
  await poll();
  await poll();
  expect(state.promoted).toBe(1);
});

it("a step is made up for later where Redis is away", async () => {
  const { state, poll } = machine();
  state.time -= 60_000;
  state.isDown = true;
  await expect(poll()).rejects.toThrow("away");
  state.isDown = false;
  await poll();
  expect(state.promoted).toBe(1);
});
