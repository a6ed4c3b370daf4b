// Measures the verification of attestation evidence, beside `@phala/dcap-qvl` where that knows it,
// and prints it as JSON.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { medianOf, once } from "../measure.js";
import { cacheEmptier } from "./empty-caches.js";
import { attestationSamples, type Sample } from "./inputs.js";

/** Medians in milliseconds. */
export interface Comparison {
  readonly name: string;
  /** The same evidence again and again. */
  readonly warm: number;
  /** With nothing known of earlier evidence. */
  readonly cold: number;
  /** The first verification of a process. */
  readonly first: number;
  /** The same of dcap-qvl, which keeps nothing: `cold` is in turn with the verifier's own. */
  readonly dcapQvl?: { readonly warm: number; readonly cold: number; readonly first: number };
}

const RUNS = 51;
const COLD_RUNS = 25;
const PROCESSES = 9;

const script = fileURLToPath(new URL("./first.js", import.meta.url));

const firstOf = (index: number, by: "pdiem" | "dcap-qvl"): number => {
  const child = spawnSync(process.execPath, [script, `${index}`, by], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(`expected a time, got ${child.stderr}`);
  return Number(child.stdout);
};

/**
 * Medians of several measurements, taken in turn so that what else the machine does concerns all
 * alike.
 */
const medians = <T extends Readonly<Record<string, () => number>>>(runs: number, measurements: T) => {
  const times = Array.from({ length: runs }, () =>
    Object.entries(measurements).map(([name, once]) => [name, once()] as const),
  );
  return (name: keyof T & string): number =>
    medianOf(times.flatMap((round) => round.flatMap(([other, time]) => (other === name ? [time] : []))));
};

const emptyCaches = await cacheEmptier();

const compare = (index: number, { name, verify, verifyByDcapQvl }: Sample): Comparison => {
  process.stderr.write(`  ${name}\n`);
  const theirs = (): number => once(verifyByDcapQvl ?? (() => {}));
  const warm = medians(RUNS, { ours: () => once(verify), theirs });
  const cold = medians(COLD_RUNS, {
    ours: () => {
      emptyCaches();
      return once(verify);
    },
    theirs,
  });
  const first = medians(PROCESSES, {
    ours: () => firstOf(index, "pdiem"),
    theirs: () => (verifyByDcapQvl === undefined ? Number.NaN : firstOf(index, "dcap-qvl")),
  });
  const dcapQvl = verifyByDcapQvl && { warm: warm("theirs"), cold: cold("theirs"), first: first("theirs") };
  return { name, warm: warm("ours"), cold: cold("ours"), first: first("ours"), ...(dcapQvl && { dcapQvl }) };
};

const samples = await attestationSamples();
process.stdout.write(JSON.stringify(samples.map((sample, index) => compare(index, sample))));
