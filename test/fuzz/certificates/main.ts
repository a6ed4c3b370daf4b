/**
 * `npm run fuzz:certificates -- [--cases N] [--seed N]`: exit status 1 if two readers read
 * differently.
 */
import { parseArgs } from "node:util";
import { allSamples } from "./corpus.js";
import { fuzzCertificates } from "./fuzz-certificates.js";

const { values } = parseArgs({ options: { cases: { type: "string" }, seed: { type: "string" } } });
const cases = Number(values.cases ?? 1_000_000);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const samples = await allSamples();
process.stdout.write(`Seed ${seed}; ${cases} changes to ${samples.length} certificates and lists\n`);
const start = Date.now();
const { counts, findings } = fuzzCertificates({
  samples,
  seed,
  cases,
  onProgress: (done) => void process.stderr.write(`${done} of ${cases}\n`),
});
const told = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
process.stdout.write(`${told.join(", ")} in ${Math.round((Date.now() - start) / 1000)} s\n`);
for (const { index, what, der } of findings) process.stdout.write(`WRONG: number ${index}: ${what}\n  ${der}\n`);
if (findings.length > 0) process.exitCode = 1;
