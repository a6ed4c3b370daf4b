// @ts-check
// Makes the enclave's bundle, one file of all the code that a TEE measures, and prints its hash and those of the files
// that the Gramine manifest trusts. Every clone of a commit gives the same bytes, wherever it lies.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const BUNDLE = "enclave/dist/bundle/enclave.mjs";
const MANIFEST = "infra/gramine/enclave.manifest.template";

/**
 * The trusted base: whoever adds to it widens what everyone has to audit. Beside cryptography it reads ASN.1 (certificates
 * and revocation lists) and CBOR, which evidence of the enclave that the key is handed over to comes in. The bundler adds a helper or two of its own.
 */
const TRUSTED_PACKAGES = [
  "@noble/curves",
  "@noble/hashes",
  "@pdiem/bridge",
  "@pdiem/enclave",
  "@pdiem/enclave-verifier",
  "@pdiem/light-client",
  "@peculiar/asn1-schema",
  "@peculiar/asn1-x509",
  "@peculiar/utils",
  "@scure/base",
  "asn1js",
  "cborg",
  "pvtsutils",
  "pvutils",
  "rolldown",
  "tslib",
];

/** @param {string | Uint8Array} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** @param {string} path @returns {{ readonly name: string, readonly version: string }} */
const packageOf = (path) => {
  if (path.startsWith("\0rolldown/")) return packageOf(fileURLToPath(import.meta.resolve("rolldown")));
  const file = join(dirname(path), "package.json");
  const found = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  if (found.name !== undefined) return found;
  if (dirname(path) === path) throw new Error("expected every module to belong to a package");
  return packageOf(dirname(path));
};

const bundle = async () => {
  const build = await rolldown({
    cwd: root,
    input: "enclave/src/main.ts",
    platform: "node",
    external: /^node:/,
    // The sources, so that no stale build and no compiler's setting outside this file has a say.
    // Modules alone: what isn't one would bring a loader along.
    resolve: { conditionNames: ["source", "module", "node", "import", "default"], mainFields: ["module", "main"] },
    tsconfig: false,
    transform: { target: "es2023" },
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
  if (others.length > 0) throw new Error(`expected one file, got ${output.length}`);
  const packages = new Map(chunk.moduleIds.map(packageOf).map(({ name, version }) => [name, version]));
  const foreign = [...packages.keys()].filter((name) => !TRUSTED_PACKAGES.includes(name));
  if (foreign.length > 0) throw new Error(`expected no package outside the trusted base, got ${foreign.join(", ")}`);
  const surplus = [...chunk.imports, ...chunk.dynamicImports].filter((name) => !name.startsWith("node:"));
  if (surplus.length > 0) throw new Error(`expected no import but of node: modules, got ${surplus.join(", ")}`);
  return { code: chunk.code, packages };
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

const { code, packages } = await bundle();
mkdirSync(dirname(join(root, BUNDLE)), { recursive: true });
writeFileSync(join(root, BUNDLE), code);

const files = nodeFiles().set(basename(BUNDLE), join(root, BUNDLE));
const measured = trustedFiles().map((name) => {
  const path = files.get(name);
  return path !== undefined && existsSync(path)
    ? `  ${sha256(readFileSync(path))}  ${name}`
    : `  ${"measured when the manifest is signed".padEnd(64)}  ${name}`;
});

console.log(`${sha256(code)}  ${BUNDLE}`);
console.log("\nPackages in it");
for (const [name, version] of [...packages].sort()) console.log(`  ${name} ${version}`);
console.log(`\nMeasured by ${MANIFEST}, with this Node.js (${process.version})`);
for (const line of measured) console.log(line);
