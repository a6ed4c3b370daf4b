import { type Logger, pino } from "pino";

/**
 * Makes a log of one JSON line an event on standard output. What concerns a transfer names it as
 * `transfer`, a batch as `batch`.
 */
export const createLog = (level: string): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });

/**
 * Libraries that write to the console would break a log of JSON lines. What they say is logged for
 * whoever debugs.
 */
export const captureConsole = (log: Logger): void => {
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    console[method] = (...words: readonly unknown[]) => log.debug({ library: words.map(String).join(" ") }, "console");
};
