// `npm run bench`: each benchmark twice, with Node.js's cryptography and with the portable one, as
// ratios.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Comparison } from "./attestation/compare.js";
import type { DoorLatency } from "./door.js";
import type { Measured } from "./measure.js";
import type { Throughput } from "./payout-throughput.js";
import type { Restart } from "./restart.js";

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const PORTABLE = ["--import", new URL("./portable-cryptography.js", import.meta.url).href];

/**
 * How long each benchmark may take, ms. It is enough for three times of the slowest, or for the
 * fastest to warm up.
 */
const BUDGET = { native: "3000", portable: "200" };

interface Options {
  readonly node?: readonly string[];
  readonly args?: readonly string[];
}

const run = <T>(name: string, { node = [], args = [] }: Options = {}): readonly T[] => {
  const child = spawnSync(process.execPath, [...node, script(name), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 24,
  });
  if (child.status !== 0) {
    process.stderr.write(`The benchmark ended early (${child.signal ?? `exit status ${child.status}`}).\n`);
    process.exit(child.signal === "SIGINT" ? 130 : 1);
  }
  return JSON.parse(child.stdout) as readonly T[];
};

const milliseconds = (value: number): string =>
  value >= 10 ? `${value.toFixed(0)} ms` : value >= 0.1 ? `${value.toFixed(2)} ms` : `${(value * 1000).toFixed(1)} µs`;

const ratio = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(2)} ×` : "");

process.stderr.write("With Node.js's cryptography\n");
const native = run<Measured>("./run.js", { args: [BUDGET.native] });
process.stderr.write("With the portable one\n");
const portable = run<Measured>("./run.js", { node: PORTABLE, args: [BUDGET.portable] });
process.stderr.write("Beside @phala/dcap-qvl\n");
const comparisons = run<Comparison>("./attestation/compare.js");

process.stderr.write("The enclave's door\n");
const latencies = run<DoorLatency>("./door.js");
process.stderr.write("Starts on a long history\n");
const restarts = run<Restart>("./restart.js");
process.stderr.write("Payments over whole local bridges\n");
const throughputs = run<Throughput>("./payout-throughput.js");

process.stdout.write(`\nMedians on ${process.version}, ${process.platform}-${process.arch}.\n`);
process.stdout.write(
  "floor: the bare signature checks or hashes in it, or its encoding by a pinned profile, in the same process; ratios are to this run's own figures.\n\n",
);
const rows = native.map(({ name, each, median, floor }, i) => {
  const reference = portable[i]?.median ?? Number.NaN;
  return [
    name,
    milliseconds(median / each),
    floor === undefined ? "" : ratio(median / floor),
    milliseconds(reference / each),
    ratio(reference / median),
  ];
});

const printTable = (table: readonly (readonly string[])[]): void => {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table)
    process.stdout.write(
      `${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}\n`,
    );
};
printTable([["", "native", "to floor", "portable", "portable to native"], ...rows]);

process.stdout.write(
  "\nAttestation evidence: again and again; with nothing kept of earlier evidence; the first of a process. Ratios: how often as long dcap-qvl takes.\n\n",
);
printTable([
  ["", "again", "nothing kept", "first", "dcap-qvl", "its first", "to again", "to nothing kept", "to first"],
  ...comparisons.map(({ name, warm, cold, first, dcapQvl }) => [
    name,
    ...[warm, cold, first].map(milliseconds),
    ...(dcapQvl === undefined
      ? ["", "", "", "", ""]
      : [
          milliseconds(dcapQvl.warm),
          milliseconds(dcapQvl.first),
          ratio(dcapQvl.warm / warm),
          ratio(dcapQvl.cold / cold),
          ratio(dcapQvl.first / first),
        ]),
  ]),
]);

process.stdout.write(
  "\nThe status of an enclave, asked for again and again from the time that a request is sent until it is answered.\n\n",
);
printTable([
  ["", "bytes", "the request", "statuses", "the slowest"],
  ...latencies.map(({ name, bytes, taken, statuses, worst }) => [
    name,
    String(bytes),
    milliseconds(taken),
    String(statuses),
    milliseconds(worst),
  ]),
]);

process.stdout.write("\nPayments over whole local bridges, with real processes.\n\n");
printTable([
  ["", "payments", "in all", "a second", "bytes"],
  ...throughputs.map(({ name, payments, seconds, bytes }) => [
    name,
    String(payments),
    milliseconds(seconds * 1000),
    (payments / seconds).toFixed(1),
    bytes === undefined ? "" : String(bytes),
  ]),
]);

process.stdout.write("\nLight clients of a relayer that starts. The latest 32 sets are gone through in any case.\n\n");
printTable([
  ["", "from the roots", "from what was kept", "roots to kept"],
  ...restarts.map(({ name, fromRoots, fromKept }) => [
    name,
    milliseconds(fromRoots),
    milliseconds(fromKept),
    ratio(fromRoots / fromKept),
  ]),
]);
