import type { Logger } from "pino";
import type { PauseNotes } from "../stores/pause-notes.js";
import type { Queues } from "./jobs.js";
import type { PausedQueues } from "./paused-queues.js";

/** Holds queues up and lets them go on, for every relayer of their Redis. */
export interface Pauses {
  /** @param by who, and why: told wherever somebody finds them paused */
  readonly pause: (queues: readonly (keyof Queues)[], by: string, why: string) => Promise<void>;
  readonly resume: (queues: readonly (keyof Queues)[], by: string) => Promise<void>;
}

/** @param look reads what is paused, so that this relayer tells it at once */
export const createPauses = (
  queues: Queues,
  notes: PauseNotes,
  look: PausedQueues["look"],
  log: Pick<Logger, "warn">,
): Pauses => ({
  pause: async (names, by, why) => {
    for (const name of names) {
      await notes.set(name, { by, why, at: Date.now() });
      await queues[name].pause();
      log.warn({ queue: name, by, why }, "queue paused by command");
    }
    await look();
  },
  resume: async (names, by) => {
    for (const name of names) {
      await queues[name].resume();
      await notes.remove(name);
      log.warn({ queue: name, by }, "queue resumed by command");
    }
    await look();
  },
});
