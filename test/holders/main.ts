/**
 * `npm run model:holders -- [--schedules N] [--seed N] [--first N] [--theme NAME] [--mutants]`. Its
 * exit status is 1 if one went wrong, or a mutant was not found out. Themes are ceremony, signing
 * and repair. Unless one is named, of ten schedules one is a ceremony, one of repairs.
 */
import { parseArgs } from "node:util";
import { HOLDERS_MUTANTS, runHoldersMutant } from "./mutants/mutants.js";
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
    mutants: { type: "boolean" },
  },
});
const seed = wholeNumber(values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`, "--seed");
const first = wholeNumber(values.first ?? "0", "--first");
const count = wholeNumber(values.schedules ?? `${USUAL}`, "--schedules");
const THEMES: readonly Theme[] = ["ceremony", "signing", "repair"];
const only = THEMES.find((theme) => theme === values.theme);
if (values.theme !== undefined && only === undefined) fail(`expected one of ${THEMES.join(", ")} as --theme`);
const shareOf = (theme: Theme): number => {
  if (only !== undefined) return only === theme ? count : 0;
  const tenth = Math.ceil(count / 10);
  return theme === "signing" ? count - 2 * tenth : tenth;
};
const shares: Readonly<Record<Theme, number>> = {
  ceremony: shareOf("ceremony"),
  signing: shareOf("signing"),
  repair: shareOf("repair"),
};

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

/** The most schedules for one mutant. */
const MOST: Readonly<Record<Theme, number>> = { ceremony: 600, signing: 4_000, repair: 400 };

const runMutants = async (): Promise<void> => {
  for (const mutant of HOLDERS_MUTANTS.filter(({ theme }) => only === undefined || theme === only)) {
    const found = await runHoldersMutant(mutant, MOST[mutant.theme], seed);
    if (found === undefined) process.exitCode = 1;
    const after = found === undefined ? "NEVER" : String(found.after);
    process.stdout.write(`${after.padStart(5)}  ${mutant.theme.padEnd(8)}  ${mutant.name}: ${found?.what ?? ""}\n`);
  }
};

try {
  if (values.mutants === true) await runMutants();
  else for (const theme of THEMES) if (shares[theme] > 0) await run(theme);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
