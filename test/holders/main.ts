/**
 * `npm run model:holders -- [--schedules N] [--seed N] [--first N] [--theme ceremony|signing]`. Its
 * exit status is 1 if one went wrong. Of ten schedules one is a ceremony, unless a theme is named.
 */
import { parseArgs } from "node:util";
import { REACHED, runSchedules, type Theme } from "./run-schedules.js";

const USUAL = 100_000;
const PORTION = 50;
const PROGRESS_MS = 10_000;

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : fail(`expected a whole number as ${name}, got ${text}`);
};

const { values } = parseArgs({
  options: {
    schedules: { type: "string" },
    seed: { type: "string" },
    first: { type: "string" },
    theme: { type: "string" },
  },
});
const seed = wholeNumber(values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`, "--seed");
const first = wholeNumber(values.first ?? "0", "--first");
const count = wholeNumber(values.schedules ?? `${USUAL}`, "--schedules");
const shares: Readonly<Record<Theme, number>> =
  values.theme === "ceremony" || values.theme === "signing"
    ? { ceremony: 0, signing: 0, [values.theme]: count }
    : values.theme === undefined
      ? { ceremony: Math.ceil(count / 10), signing: count - Math.ceil(count / 10) }
      : fail(`expected ceremony or signing as --theme, got ${values.theme}`);

// Refusals are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;

const run = async (theme: Theme): Promise<void> => {
  const counts = new Map<string, number>();
  let told = Date.now();
  for (let done = 0; done < shares[theme]; done += PORTION) {
    const portion = Math.min(PORTION, shares[theme] - done);
    await runSchedules({ theme, seed, first: first + done, count: portion, counts });
    if (Date.now() - told < PROGRESS_MS) continue;
    told = Date.now();
    process.stderr.write(`${theme}: ${done + portion} of ${shares[theme]}\n`);
  }
  process.stdout.write(`Seed ${seed}: ${shares[theme]} schedules of ${theme}, none went wrong.\n`);
  for (const name of REACHED[theme]) process.stdout.write(`${String(counts.get(name) ?? 0).padStart(9)} ${name}\n`);
};

try {
  for (const theme of ["ceremony", "signing"] as const) if (shares[theme] > 0) await run(theme);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
