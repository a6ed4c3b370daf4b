// `npm run bench`: each benchmark twice, with the platform's cryptography and with noble's alone, as ratios.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measured } from "./measure.js";

const script = fileURLToPath(new URL("./run.js", import.meta.url));

// What the light client looks for native cryptography with; a browser doesn't have it either.
const WITHOUT_NATIVE = ["--import", "data:text/javascript,process.getBuiltinModule = undefined"];

const run = (options: readonly string[]): readonly Measured[] => {
  const child = spawnSync(process.execPath, [...options, script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 24,
  });
  if (child.status !== 0) {
    process.stderr.write(`The benchmark ended early (${child.signal ?? `exit status ${child.status}`}).\n`);
    process.exit(child.signal === "SIGINT" ? 130 : 1);
  }
  return JSON.parse(child.stdout) as readonly Measured[];
};

const milliseconds = (value: number): string =>
  value >= 10 ? `${value.toFixed(0)} ms` : value >= 0.1 ? `${value.toFixed(2)} ms` : `${(value * 1000).toFixed(1)} µs`;

const ratio = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(2)} ×` : "");

process.stderr.write("With the platform's cryptography\n");
const native = run([]);
process.stderr.write("With noble's alone\n");
const noble = run(WITHOUT_NATIVE);

process.stdout.write(`\nMedians on ${process.version}, ${process.platform}-${process.arch}.\n`);
process.stdout.write(
  "floor: the bare signature checks or hashes in it, in the same process; ratios are to this run's own figures.\n\n",
);
const rows = native.map(({ name, each, median, floor }, i) => {
  const reference = noble[i]?.median ?? Number.NaN;
  return [
    name,
    milliseconds(median / each),
    floor === undefined ? "" : ratio(median / floor),
    milliseconds(reference / each),
    ratio(reference / median),
  ];
});
const table = [["", "native", "to floor", "noble only", "noble to native"], ...rows];
const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
for (const row of table)
  process.stdout.write(
    `${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}\n`,
  );
