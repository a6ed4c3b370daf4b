import { type Logger, pino } from "pino";

/** One JSON line an event on standard output. What concerns a transfer names it as `transfer`, a batch as `batch`. */
export const createLog = (level: string): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
