// @ts-check
// Runs before `npm start`, `npm test` and the rest: makes a fresh clone ready, and is quick when it is already.
// Only `node:` built-ins: nothing else is there yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isBundleFresh } from "../relayer/bin/program.mjs";
import { findPrometheusTools } from "./prometheus.mjs";
import { findRedis } from "./redis.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const MINIMUM = [20, 19];

/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/** @param {string} text @returns {never} */
const fail = (text) => {
  say(`\n${text}`);
  process.exit(1);
};

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = MINIMUM;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor))
    fail(
      `pDiem needs Node.js ${MINIMUM.join(".")} or newer; this is ${process.version}. Install a newer one and try again.`,
    );
};

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} what
 * @param {"inherit" | "ignore"} stdout
 */
const run = (command, args, what, stdout = "inherit") => {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", stdout, "inherit"],
    shell: process.platform === "win32",
  });
  if (result.signal !== null) process.exit(130);
  if (result.status !== 0)
    fail(`${what} failed (${result.error?.message ?? `exit status ${result.status}`}). The reason stands above.`);
};

/** Installs dependencies when there are none or the lock file has changed since. */
const installDependencies = () => {
  const marker = join(root, "node_modules", ".pdiem-installed");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const wanted = `${lock} ${process.platform}-${process.arch}`;
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  say("Installing dependencies (once; about a minute)");
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], "Installing the dependencies");
  writeFileSync(marker, wanted);
};

const build = () => {
  if (!existsSync(join(root, "scripts", "dist"))) say("Compiling");
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"], "Compiling");
};

const bundleRelayer = () => {
  if (isBundleFresh()) return;
  run(process.execPath, [join(root, "scripts", "build-relayer.mjs")], "Bundling the relayer");
};

/** What the enclave's bundle is made of. */
const TRUSTED_BASE = ["light-client", "bridge", "enclave-verifier", "enclave"];

const bundleEnclave = () => {
  const bundle = join(root, "enclave", "dist", "bundle", "simulated", "enclave.mjs");
  const compiled = TRUSTED_BASE.map((name) => join(root, name, "dist", ".tsbuildinfo"));
  if (existsSync(bundle) && compiled.every((file) => statSync(file).mtimeMs <= statSync(bundle).mtimeMs)) return;
  run(process.execPath, [join(root, "scripts", "build-enclave.mjs")], "Bundling the enclave", "ignore");
};

/** What the portal is made of. */
const PORTAL = [
  "light-client/src",
  "chain-formats/src",
  "bridge/src",
  "bridge-client/src",
  "enclave-verifier/src",
].concat([
  "enclave/src",
  "relayer/src/views",
  "relayer/src/cli",
  "relayer/web/src",
  "relayer/web/public",
  "relayer/web/index.html",
]);

/** @param {string} path @returns {number} when it, or anything in it, was last changed */
const changedAt = (path) => {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => changedAt(join(path, name))));
};

const buildPortal = () => {
  const page = join(root, "relayer", "web", "dist", "index.html");
  const isFresh = existsSync(page) && PORTAL.every((path) => changedAt(join(root, path)) < statSync(page).mtimeMs);
  if (isFresh) return;
  say("Building the portal");
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  run(process.execPath, [vite, "build", "--logLevel", "error", "relayer/web"], "Building the portal");
};

checkNode();
installDependencies();
build();
bundleRelayer();
bundleEnclave();
buildPortal();
try {
  findRedis(say);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
// Tests have Prometheus' own checkers judge its rules, and skip that where there are none.
if (process.argv.includes("--checkers"))
  try {
    findPrometheusTools(say);
  } catch (error) {
    say(`Prometheus' rules aren't checked: ${error instanceof Error ? error.message : String(error)}`);
  }
