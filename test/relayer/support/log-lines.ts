import { type Logger, pino } from "pino";

/** A line of a relayer's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [name: string]: unknown;
}

export const WARNING = 40;

/** A log whose lines are kept. */
export const keptLog = (): { readonly log: Logger; readonly lines: LogLine[] } => {
  const lines: LogLine[] = [];
  const log = pino({ level: "debug" }, { write: (text: string) => void lines.push(JSON.parse(text)) });
  return { log, lines };
};
