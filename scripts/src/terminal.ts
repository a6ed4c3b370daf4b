/**
 * What a person at a terminal sees: one line for each thing done, and the one under way. Colours
 * are for a terminal only.
 */
import { clearLine, cursorTo } from "node:readline";

export interface Terminal {
  /** Writes a line that stays. */
  readonly line: (text?: string) => void;
  /** Says that something has begun; the line gives way to the next. */
  readonly begin: (text: string) => void;
  /** Says that it is done. */
  readonly done: (what: string, detail: string) => void;
  /** Goes on with the detail of what was done last. */
  readonly more: (detail: string) => void;
  readonly fail: (text: string) => void;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const LABEL_WIDTH = 14;
/** Time, its unit, mark and label stand before it. */
const DETAIL_COLUMN = 6 + 2 + 2 + 2 + LABEL_WIDTH + 1;

export const createTerminal = (out: NodeJS.WriteStream, now: () => number = Date.now): Terminal => {
  const isTerminal = out.isTTY === true;
  const coloured = isTerminal && process.env.NO_COLOR === undefined;
  const paint = (code: number) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, green, red] = [paint(1), paint(2), paint(32), paint(31)];
  const startedAt = now();
  const elapsed = (): string => `${((now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  let temporary = false;
  const clear = (): void => {
    if (!temporary) return;
    clearLine(out, 0);
    cursorTo(out, 0);
    temporary = false;
  };
  const line = (text = ""): void => {
    clear();
    out.write(`${text}\n`);
  };
  return {
    line,
    begin: (text) => {
      if (!isTerminal) return;
      clear();
      out.write(dim(`${elapsed()}  … ${text}`));
      temporary = true;
    },
    done: (what, detail) => line(`${dim(elapsed())}  ${green("✓")} ${bold(what.padEnd(LABEL_WIDTH))} ${detail}`),
    more: (detail) => line(`${" ".repeat(DETAIL_COLUMN)}${detail}`),
    fail: (text) => line(`${dim(elapsed())}  ${red("✗")} ${text}`),
    bold,
    dim,
  };
};
