// @ts-check
// Makes the enclave's bundles: for each kind of TEE one file of all the code that it measures. Prints their hashes, what
// is in them, and the hashes of the files that the Gramine manifest trusts. Every clone of a commit gives the same bytes.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = "enclave/dist/bundle";
const MANIFEST = "infra/gramine/enclave.manifest.template";

/** Programs of enclave/src/main: a bundle has the way to its own TEE and to no other. */
const PROGRAMS = ["gramine", "guest", "dstack", "simulated"];

/** The trusted base: whoever adds to it widens what everyone has to audit. The bundler may add a helper of its own. */
const TRUSTED_PACKAGES = [
  "@noble/curves",
  "@noble/hashes",
  "@pdiem/bridge",
  "@pdiem/enclave",
  "@pdiem/enclave-verifier",
  "@pdiem/light-client",
  "@scure/base",
  "rolldown",
];

/**
 * Functions that make codecs and do nothing else: what they make goes where nothing reads or writes it. The bundler then
 * leaves out calls of methods of what they make, too, and of whatever has such a name: `bytes` is none for that.
 */
const CODEC_MAKERS = [
  ...["struct", "enumeration", "vector", "option", "sizedBytes", "fixedBytes", "mapped", "versioned"],
  ...["coreResource", "coreEvent", "coreStruct", "structType", "onChainConfig", "hashOf", "signingMessageOf"],
];

const ARGUMENTS = "\\((?:[^()]|\\([^()]*\\))*\\)";
const METHOD_OF_MAKER = new RegExp(`(?<![.\\w])(?:${CODEC_MAKERS.join("|")})(?:${ARGUMENTS})?\\.\\w+\\(`);

const noMethodsOfMakers = {
  name: "no-methods-of-makers",
  /** @param {string} code @param {string} id */
  transform: (code, id) => {
    const [call] = METHOD_OF_MAKER.exec(code) ?? [];
    if (call !== undefined) throw new Error(`expected no method of what makes codecs, got ${call}…) in ${id}`);
    return undefined;
  },
};

/** @typedef {{ readonly name: string, readonly version: string }} Package */
/** @typedef {{ readonly files: number, readonly lines: number, readonly bytes: number }} Size */

/** @param {string | Uint8Array} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What tells another bundler that a call may go is nothing to whoever reads or runs the bundle. @param {string} code */
const withoutHints = (code) => code.replaceAll("/* @__PURE__ */ ", "");

/** @param {string} path @returns {Package} */
const packageOf = (path) => {
  if (path.startsWith("\0rolldown/")) return packageOf(fileURLToPath(import.meta.resolve("rolldown")));
  const file = join(dirname(path), "package.json");
  const found = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  if (found.name !== undefined) return found;
  if (dirname(path) === path) throw new Error("expected every module to belong to a package");
  return packageOf(dirname(path));
};

/** @param {string} code @returns {Size} */
const sizeOf = (code) => ({ files: 1, lines: code.split("\n").length - 1, bytes: Buffer.byteLength(code) });

/** @param {Size} a @param {Size} b @returns {Size} */
const add = (a, b) => ({ files: a.files + b.files, lines: a.lines + b.lines, bytes: a.bytes + b.bytes });

/** @param {string} program */
const bundle = async (program) => {
  const build = await rolldown({
    cwd: root,
    input: `enclave/src/main/${program}.ts`,
    platform: "node",
    external: /^node:/,
    // The sources, so that no stale build and no compiler's setting outside this file has a say.
    // Modules alone: what isn't one would bring a loader along.
    resolve: { conditionNames: ["source", "module", "node", "import", "default"], mainFields: ["module", "main"] },
    tsconfig: false,
    transform: { target: "es2023" },
    plugins: [noMethodsOfMakers],
    treeshake: { manualPureFunctions: CODEC_MAKERS },
    // Debug information would name folders.
    experimental: { attachDebugInfo: "none" },
    // A warning is an import that was not found, or code that may not run as written: neither goes into an enclave.
    onLog: (level, { message }) => {
      if (level === "warn") throw new Error(message);
    },
  });
  const { output } = await build.generate({
    format: "esm",
    codeSplitting: false,
    sourcemap: false,
    // Readable, so that auditors can compare it with the sources; licences of others stay.
    minify: false,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await build.close();
  const [chunk, ...others] = output;
  const code = withoutHints(chunk.code);
  if (others.length > 0) throw new Error(`expected one file, got ${output.length}`);
  /** @type {Map<string, Size>} */
  const sizes = new Map();
  for (const id of chunk.moduleIds) {
    const { name, version } = packageOf(id);
    if (!TRUSTED_PACKAGES.includes(name)) throw new Error(`expected no package outside the trusted base, got ${name}`);
    const size = sizeOf(`${withoutHints(chunk.modules[id]?.code ?? "")}\n`);
    const label = `${name} ${version}`;
    sizes.set(label, add(sizes.get(label) ?? { files: 0, lines: 0, bytes: 0 }, size));
  }
  const surplus = [...chunk.imports, ...chunk.dynamicImports].filter((name) => !name.startsWith("node:"));
  if (surplus.length > 0) throw new Error(`expected no import but of node: modules, got ${surplus.join(", ")}`);
  return { code, sizes };
};

/** The manifest's `sgx.trusted_files`, without `file:`, as the template has them. */
const trustedFiles = () => {
  const list = /^sgx\.trusted_files = (\[[^\]]*\])/m.exec(readFileSync(join(root, MANIFEST), "utf8"))?.[1];
  if (list === undefined) throw new Error(`expected sgx.trusted_files in ${MANIFEST}`);
  return [...list.matchAll(/"file:([^"]+)"/g)].map(([, path = ""]) => path);
};

/** This Node.js and the libraries that it has loaded, under the names that the manifest gives them. */
const nodeFiles = () => {
  const { sharedObjects } = /** @type {{ sharedObjects: string[] }} */ (process.report.getReport());
  return new Map([
    ["node", process.execPath],
    ...sharedObjects.map((path) => /** @type {[string, string]} */ ([`lib/${basename(path)}`, path])),
  ]);
};

/** @param {string} name @param {Size} size */
const row = (name, { files, lines, bytes }) =>
  `  ${name.padEnd(32)}${String(files).padStart(7)}${String(lines).padStart(9)}${String(bytes).padStart(10)}`;

/** @param {string} program */
const pathOf = (program) => join(FOLDER, program, "enclave.mjs");

rmSync(join(root, FOLDER), { recursive: true, force: true });
for (const program of PROGRAMS) {
  const { code, sizes } = await bundle(program);
  const path = pathOf(program);
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), code);
  console.log(`${sha256(code)}  ${path}`);
  console.log(`  ${"package".padEnd(32)}  files    lines     bytes`);
  for (const [label, size] of [...sizes].sort()) console.log(row(label, size));
  const files = [...sizes.values()].reduce((sum, { files }) => sum + files, 0);
  console.log(`${row("in all", { ...sizeOf(code), files })}\n`);
}

const measurable = nodeFiles().set("enclave.mjs", join(root, pathOf("gramine")));
console.log(`Measured by ${MANIFEST}, with this Node.js (${process.version})`);
for (const name of trustedFiles()) {
  const path = measurable.get(name);
  const hash =
    path !== undefined && existsSync(path) ? sha256(readFileSync(path)) : "measured when the manifest is signed";
  console.log(`  ${hash.padEnd(64)}  ${name}`);
}
