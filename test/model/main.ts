/**
 * `npm run model -- [--schedules N] [--seed N] [--first N] [--theme NAME] [--mutants]`. Its exit
 * status is 1 if one went wrong or a mutant was not found out.
 */
import { parseArgs } from "node:util";
import { MUTANTS } from "./mutants/mutants.js";
import { runMutant } from "./mutants/run-mutant.js";
import { REACHED, runSchedules } from "./run-schedules.js";
import { isTheme, type Theme } from "./schedule.js";

const USUAL = 100_000;
const PROGRESS_MS = 10_000;
const PORTION = 50;
/** The most schedules for one mutant. */
const MOST = 2_000;

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : fail(`expected a whole number as ${name}, got ${text}`);
};

const themeOf = (text: string | undefined): Theme | undefined =>
  text === undefined || isTheme(text) ? text : fail(`expected a theme of the schedules, got ${text}`);

const { values } = parseArgs({
  options: {
    schedules: { type: "string" },
    seed: { type: "string" },
    first: { type: "string" },
    theme: { type: "string" },
    mutants: { type: "boolean" },
  },
});
const seed = wholeNumber(values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`, "--seed");
const first = wholeNumber(values.first ?? "0", "--first");
const count = wholeNumber(values.schedules ?? `${USUAL}`, "--schedules");
const theme = themeOf(values.theme);

// Refusals are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;

const runAll = (): void => {
  const counts = new Map<string, number>();
  const start = Date.now();
  let told = start;
  const speed = (done: number): number => Math.round((1000 * done) / Math.max(1, Date.now() - start));
  for (let done = 0; done < count; done += PORTION) {
    const portion = Math.min(PORTION, count - done);
    runSchedules({ seed, first: first + done, count: portion, counts, ...(theme === undefined ? {} : { theme }) });
    if (Date.now() - told < PROGRESS_MS) continue;
    told = Date.now();
    process.stderr.write(`${done + portion} of ${count}, ${speed(done + portion)} a second\n`);
  }
  process.stdout.write(`Seed ${seed}: ${count} schedules, ${speed(count)} a second, none went wrong.\n`);
  const rarest = REACHED.map((name) => [name, counts.get(name) ?? 0] as const).sort(([, a], [, b]) => a - b);
  for (const [name, times] of rarest) process.stdout.write(`${String(times).padStart(9)} ${name}\n`);
};

const runMutants = async (): Promise<void> => {
  process.stdout.write("after  PROTOCOL  a bridge that …\n");
  for (const mutant of MUTANTS) {
    const found = await runMutant(mutant, MOST, values.seed === undefined ? mutant.seed : seed);
    if (found === undefined) process.exitCode = 1;
    const after = found === undefined ? "never" : String(found.after);
    process.stdout.write(`${after.padStart(5)}  ${mutant.section.padStart(8)}  ${mutant.name}: ${found?.what ?? ""}\n`);
  }
};

try {
  if (values.mutants === true) await runMutants();
  else runAll();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
