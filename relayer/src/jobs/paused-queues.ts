import type { Logger } from "pino";
import { type Repeating, startRepeating } from "../repeating.js";
import type { PauseNote, PauseNotes } from "../stores/pause-notes.js";
import { within } from "../within.js";
import type { Queues } from "./jobs.js";

/** A queue that somebody has paused: who and why is known where a command did it. */
export interface PausedQueue {
  readonly name: string;
  readonly note?: PauseNote;
}

export interface PausedQueues {
  /** Lists the queues that somebody has paused, as last read. */
  readonly all: () => readonly PausedQueue[];
  /** Gives their names. */
  readonly names: () => readonly string[];
  /** Reads them now, instead of at the next time. */
  readonly look: () => Promise<void>;
  readonly stop: Repeating["stop"];
}

const EVERY_MS = 2_000;
const PATIENCE_MS = 2_000;
/** A note is written next to the pause: whoever looks in between takes it for no old one. */
const NOTE_ALONE_MS = 10_000;

/** Finds what is paused; notes of what isn't any more are taken away. */
export const findPaused = async (queues: Queues, notes: PauseNotes): Promise<readonly PausedQueue[]> => {
  const noted = await notes.all();
  const found = await Promise.all(
    Object.values(queues).map(async (queue): Promise<readonly PausedQueue[]> => {
      const { name } = queue;
      const note = noted.get(name);
      if (await queue.isPaused()) return [note === undefined ? { name } : { name, note }];
      if (note !== undefined && Date.now() - note.at > NOTE_ALONE_MS) await notes.remove(name);
      return [];
    }),
  );
  return found.flat();
};

const textOf = (paused: readonly PausedQueue[]): string => JSON.stringify(paused);

/**
 * Looks whether queues are paused. Whoever reaches the dashboard can do that without a word, and
 * jobs of a paused queue wait.
 */
export const watchPausedQueues = (
  queues: Queues,
  notes: PauseNotes,
  isRedisThere: () => boolean,
  log: Pick<Logger, "warn" | "info">,
): PausedQueues => {
  let paused: readonly PausedQueue[] = [];
  const names = (): readonly string[] => paused.map(({ name }) => name);
  const look = async (): Promise<void> => {
    if (!isRedisThere()) return;
    const found = await within(PATIENCE_MS, findPaused(queues, notes), undefined);
    if (found === undefined || textOf(found) === textOf(paused)) return;
    if (found.length > 0) log.warn({ queues: found }, "queues are paused: their jobs wait until somebody resumes them");
    else log.info({ queues: names() }, "queues go on");
    paused = found;
  };
  const repeating = startRepeating(look, EVERY_MS, () => undefined);
  return { all: () => paused, names, look, stop: repeating.stop };
};
