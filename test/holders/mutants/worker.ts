/** Runs schedules until one of them goes wrong: the program of a mutant's own thread. */
import { parentPort, workerData } from "node:worker_threads";
import type { Found } from "../../model/mutants/worker.js";
import { runSchedules, type Theme } from "../run-schedules.js";

/** What a thread is asked for. */
export interface Search {
  readonly seed: number;
  readonly theme: Theme;
  /** The most schedules. */
  readonly most: number;
}

const search = async ({ seed, theme, most }: Search): Promise<Found> => {
  Error.stackTraceLimit = 0;
  for (let index = 0; index < most; index++)
    try {
      await runSchedules({ theme, seed, first: index, count: 1, counts: new Map() });
    } catch (error) {
      return { after: index + 1, what: error instanceof Error ? error.message : String(error) };
    }
  return undefined;
};

parentPort?.postMessage(await search(workerData));
