/** Runs schedules until one of them goes wrong: the program of a mutant's own thread. */
import { parentPort, workerData } from "node:worker_threads";
import { isPdiemError } from "@pdiem/light-client/error";
import { runSchedule, type Theme } from "../schedule.js";
import { Violation } from "../violation.js";

/** What a thread is asked for. */
export interface Search {
  readonly seed: number;
  readonly theme: Theme;
  /** The most schedules. */
  readonly most: number;
}

/** What it finds: after how many schedules, and what went wrong; undefined for nothing. */
export type Found = { readonly after: number; readonly what: string } | undefined;

const search = ({ seed, theme, most }: Search): Found => {
  // Refusals are thrown by the thousand, and nobody reads where.
  Error.stackTraceLimit = 0;
  for (let index = 0; index < most; index++)
    try {
      runSchedule(seed, index, theme);
    } catch (error) {
      if (error instanceof Violation || isPdiemError(error)) return { after: index + 1, what: error.message };
      throw error;
    }
  return undefined;
};

parentPort?.postMessage(search(workerData as Search));
