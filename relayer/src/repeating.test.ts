import { afterEach, describe, expect, it } from "vitest";
import { type Repeating, startRepeating } from "./repeating.js";

const NEVER_MS = 1_000_000;
const running: Repeating[] = [];
afterEach(() => Promise.all(running.splice(0).map(({ stop }) => stop())));

/** Work that waits to be let go, and says how often it began. */
const workOf = (everyMs: number, failing = false) => {
  const errors: unknown[] = [];
  let release: () => void = () => undefined;
  let begun = 0;
  let announce: () => void = () => undefined;
  const repeating = startRepeating(
    async () => {
      begun += 1;
      announce();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      if (failing) throw new Error(`failed ${begun}`);
    },
    everyMs,
    (error) => errors.push(error),
  );
  running.push({ wake: repeating.wake, stop: () => Promise.all([repeating.stop(), release()]).then(() => undefined) });
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      announce = () => begun >= count && resolve();
      announce();
    });
  return { repeating, errors, until, release: () => release(), begun: () => begun };
};

describe("work that is repeated", () => {
  it("is done at once, and again when its time has come, also after a failure", async () => {
    const { until, release, errors } = workOf(1, true);
    await until(1);
    release();
    await until(2);
    expect(errors).toEqual([new Error("failed 1")]);
  });

  it("is done once more for whoever asks for it meanwhile", async () => {
    const { repeating, until, release } = workOf(NEVER_MS);
    await until(1);
    repeating.wake();
    release();
    await until(2);
  });

  it("ends with what is being done", async () => {
    const { repeating, until, release, begun } = workOf(1);
    await until(1);
    const stopped = repeating.stop();
    release();
    await stopped;
    expect(begun()).toBe(1);
  });
});
