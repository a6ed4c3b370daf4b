import type { Logger } from "pino";
import { type Repeating, startRepeating } from "../repeating.js";
import { within } from "../within.js";
import type { Queues } from "./jobs.js";

export interface PausedQueues {
  /** Names of the queues that somebody has paused, as last read. */
  readonly names: () => readonly string[];
  readonly stop: Repeating["stop"];
}

const EVERY_MS = 2_000;
const PATIENCE_MS = 2_000;

/** Asks which queues somebody has paused. */
export const pausedNames = async (queues: Queues): Promise<readonly string[]> => {
  const asked = Object.values(queues).map(async (queue) => ((await queue.isPaused()) ? [queue.name] : []));
  return (await Promise.all(asked)).flat();
};

/**
 * Looks whether queues are paused. The dashboard lets anybody who reaches it do that, and jobs of a
 * paused queue wait without a word.
 */
export const watchPausedQueues = (
  queues: Queues,
  isRedisThere: () => boolean,
  log: Pick<Logger, "warn" | "info">,
): PausedQueues => {
  let names: readonly string[] = [];
  const look = async (): Promise<void> => {
    if (!isRedisThere()) return;
    const paused = await within(PATIENCE_MS, pausedNames(queues), undefined);
    if (paused === undefined) return;
    if (paused.join() === names.join()) return;
    if (paused.length > 0)
      log.warn({ queues: paused }, "queues are paused: their jobs wait until somebody resumes them");
    else log.info({ queues: names }, "queues go on");
    names = paused;
  };
  const repeating = startRepeating(look, EVERY_MS, () => undefined);
  return { names: () => names, stop: repeating.stop };
};
