// @ts-check
// Runs the end-to-end tests on the devnet's own runtime and on each of a folder of others, then every upgrade under way.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = process.env.PDIEM_RUNTIMES ?? "";
const files =
  folder !== "" && existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /-[0-9]+\.(wasm|json)$/.test(name))
        .toSorted()
    : [];
/** Arguments name parts of file names, or tests of `test/e2e`. */
const wanted = process.argv.slice(2);
const tests = wanted.filter((name) => name.endsWith(".test.ts"));
const parts = wanted.filter((name) => !name.endsWith(".test.ts"));
/** @param {string} name */
const isWanted = (name) => parts.length === 0 || parts.some((part) => name.includes(part));

/** These bring up runtimes of their own. */
const OWN = ["other-runtimes.test.ts", "runtime-upgrade.test.ts"];
const everyTest = readdirSync(join(root, "test", "e2e"))
  .filter((name) => name.endsWith(".test.ts") && !OWN.includes(name))
  .map((name) => `test/e2e/${name}`);

/** @type {string[]} */
const failed = [];
/** @type {string[]} */
const passed = [];
/**
 * @param {string} name
 * @param {Record<string, string>} env
 * @param {string[]} args
 */
const run = (name, env, args) => {
  console.log(`\n${name}`);
  const done = spawnSync(process.execPath, [join("node_modules", "vitest", "vitest.mjs"), "run", ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (done.signal !== null) process.exit(130);
  (done.status === 0 ? passed : failed).push(name);
};

const suite = tests.length > 0 ? tests : everyTest;
if (isWanted("statemine-900")) run("End to end on statemine-900", { PDIEM_RUNTIME: "" }, suite);
for (const file of files.filter(isWanted)) run(`End to end on ${file}`, { PDIEM_RUNTIME: join(folder, file) }, suite);
if (files.length > 0 && isWanted("upgrade"))
  run("Upgrades under way", { PDIEM_RUNTIME: "", PDIEM_ALL_UPGRADES: "1" }, ["test/e2e/runtime-upgrade.test.ts"]);
if (files.length === 0) console.log("\nPDIEM_RUNTIMES names no folder with runtimes: only statemine-900 was tried");

console.log(`\nPassed: ${passed.join("; ") || "none"}`);
if (failed.length > 0) console.log(`Failed: ${failed.join("; ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
