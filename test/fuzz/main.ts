/**
 * `npm run fuzz -- [--cases N] [--seed N] [--only INDEX]`. Its exit status is 1 if a case ended as
 * none may, 130 if it was interrupted.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { toHex } from "@pdiem/light-client/bytes";
import { type Finding, fuzz, type Report } from "./fuzz.js";
import { allSubjects } from "./subjects.js";

const MILLION = 1_000_000;
const PROGRESS_MS = 10_000;
const SHOWN_REFUSALS = 12;

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`expected a whole number as ${name}, got ${text}\n`);
  process.exit(2);
};

const { values } = parseArgs({
  options: { cases: { type: "string" }, seed: { type: "string" }, only: { type: "string" } },
});
const seed = wholeNumber(values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`, "--seed");
const only = values.only === undefined ? undefined : wholeNumber(values.only, "--only");
const cases = only === undefined ? wholeNumber(values.cases ?? `${MILLION}`, "--cases") : 1;

let interrupted = false;
process.once("SIGINT", () => {
  interrupted = true;
});

const start = Date.now();
let told = start;
const speed = ({ cases: done }: Report): number => Math.round((1000 * done) / Math.max(1, Date.now() - start));
const onProgress = (report: Report): void => {
  if (Date.now() - told < PROGRESS_MS) return;
  told = Date.now();
  const { cases: done, slowest, findings } = report;
  process.stderr.write(
    `${done} of ${cases}, ${speed(report)} a second, slowest ${slowest.ms.toFixed(1)} ms, ${findings.length} found\n`,
  );
};

/**
 * Keys of the tests' own making differ each time, so what was found is kept itself, not only its
 * number.
 */
const keep = ({ index, input }: Finding): string => {
  const path = resolve(process.env.INIT_CWD ?? ".", `fuzz-${seed}-${index}.json`);
  const asText = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value);
  writeFileSync(path, `${JSON.stringify(input, asText, 1)}\n`);
  return path;
};

const subjects = await allSubjects();
process.stdout.write(`Seed ${seed}; ${cases} changes to:\n${subjects.map(({ name }) => `  ${name}\n`).join("")}`);
const report = await fuzz({ subjects, seed, first: only ?? 0, cases, onProgress, isStopped: () => interrupted });
const { same, admitted, refusals, slowest, findings } = report;
const refused = [...refusals.values()].reduce((sum, count) => sum + count, 0);
process.stdout.write(
  `${report.cases} cases in ${Math.round((Date.now() - start) / 1000)} s: ${refused} refused by ${refusals.size} codes, ${same} of the same meaning, ` +
    `${admitted} made by the vendor itself and admitted, ${findings.length} wrong; the slowest took ${slowest.ms.toFixed(1)} ms (number ${slowest.index}).\n`,
);
const commonest = [...refusals].sort(([, a], [, b]) => b - a);
for (const [code, count] of commonest.slice(0, SHOWN_REFUSALS)) process.stdout.write(`  ${count} ${code}\n`);
if (commonest.length > SHOWN_REFUSALS) process.stdout.write(`  and ${commonest.length - SHOWN_REFUSALS} codes more\n`);
for (const finding of findings)
  process.stdout.write(
    `WRONG: number ${finding.index}, ${finding.subject}: ${finding.what}\n  kept in ${keep(finding)}\n`,
  );
if (findings.length > 0) process.exitCode = 1;
else if (interrupted) process.exitCode = 130;
