// @ts-check
// Runs the tests on each supported Node.js release line. The npm package `node` brings the others.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lines = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument));
const versions = lines.length > 0 ? lines : ["20", "22", "24", "26"];

/** @type {string[]} */
const failed = [];
for (const version of versions) {
  console.log(`\nNode.js ${version}`);
  const tests = spawnSync(
    "npx",
    [
      "--yes",
      "--package",
      `node@${version}`,
      "--",
      "node",
      join("node_modules", "vitest", "vitest.mjs"),
      "run",
      "--reporter=dot",
    ],
    { cwd: root, stdio: "inherit" },
  );
  if (tests.signal !== null) process.exit(130);
  if (tests.status !== 0) failed.push(version);
}
console.log(
  failed.length === 0 ? `\nAll passed on Node.js ${versions.join(", ")}` : `\nFailed on Node.js ${failed.join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
