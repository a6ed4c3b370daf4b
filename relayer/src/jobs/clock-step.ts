import type { Queue } from "bullmq";
import { monotonicNow } from "../clock.js";

/** Less than this is what clocks are corrected by all the time. */
const STEP_MS = 1_000;

/**
 * Notices that the machine's clock was set back. Queues put jobs off until a time of day, which
 * then is as much later.
 */
export interface ClockSteps {
  /** Has delayed jobs taken up at once if the clock was set back since it was asked last. */
  readonly makeUp: (queues: readonly Pick<Queue, "promoteJobs">[]) => Promise<void>;
}

/** @param timeOfDay ms since 1970, and @param now ms of a clock that isn't set, both for tests */
export const watchClockSteps = (timeOfDay: () => number = Date.now, now: () => number = monotonicNow): ClockSteps => {
  let ahead = timeOfDay() - now();
  return {
    makeUp: async (queues) => {
      const before = ahead;
      const after = timeOfDay() - now();
      if (before - after > STEP_MS) for (const queue of queues) await queue.promoteJobs();
      // Kept only once they are promoted: if Redis doesn't answer, the next poll does it.
      ahead = after;
    },
  };
};
