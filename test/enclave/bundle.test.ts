/** The file that a TEE measures: the same from every clone, small, and able to run. */
import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = ["light-client", "bridge", "enclave-verifier", "enclave"];
const LIBRARIES = ["@noble", "@peculiar", "@scure", "asn1js", "cborg", "pvtsutils", "pvutils", "tslib"];
const MANIFEST = "infra/gramine/enclave.manifest.template";
const BUNDLE = "enclave/dist/bundle/enclave.mjs";

/** What the bundle is made of, as a clone at this path would have it. */
const cloneTo = async (path: string): Promise<string> => {
  const modules = join(path, "node_modules");
  await mkdir(join(modules, "@pdiem"), { recursive: true });
  for (const name of PACKAGES) {
    for (const part of ["package.json", "src"])
      await cp(join(repository, name, part), join(path, name, part), { recursive: true });
    await symlink(join("..", "..", name), join(modules, "@pdiem", name));
  }
  for (const name of LIBRARIES)
    await cp(join(repository, "node_modules", name), join(modules, name), { recursive: true });
  await symlink(join(repository, "node_modules", "rolldown"), join(modules, "rolldown"));
  for (const file of ["scripts/build-enclave.mjs", MANIFEST]) await cp(join(repository, file), join(path, file));
  return path;
};

/** @returns what it printed */
const build = async (clone: string): Promise<string> => {
  const script = join(clone, "scripts", "build-enclave.mjs");
  return (await promisify(execFile)(process.execPath, [script], { cwd: tmpdir() })).stdout;
};

const textOf = (path: string): Promise<string> => readFile(join(repository, "infra", path), "utf8");

/** The strings of a list that JSON, TOML, YAML and Dockerfiles write alike. */
const listAfter = (text: string, name: string): readonly string[] =>
  [...(text.split(`${name}[`)[1]?.split("]")[0] ?? "").matchAll(/"([^"]*)"/g)].map(([, item = ""]) => item);

/** How each deployment starts Node.js, without the program's own name. */
const deployments = {
  gramine: async () => listAfter(await textOf("gramine/enclave.manifest.template"), "loader.argv = ").slice(1),
  tdx: async () => /^ExecStart=\S+ (.*)$/m.exec(await textOf("tdx/pdiem-enclave.service"))?.[1]?.split(" ") ?? [],
  dstack: async () => [
    ...listAfter(await textOf("dstack/Dockerfile"), "ENTRYPOINT ").slice(1),
    ...listAfter(await textOf("dstack/compose.template.yaml"), "command: "),
  ],
};

type Enclave = ChildProcessByStdio<null, Readable, null>;

/** Its log as it comes. */
async function* eventsOf(child: Enclave): AsyncGenerator<Record<string, unknown>> {
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
}

/** @returns the first event of that name */
const eventOf = async (child: Enclave, name: string): Promise<Record<string, unknown>> => {
  for await (const event of eventsOf(child)) if (event.event === name) return event;
  throw new Error(`expected the enclave to log "${name}", it ended`);
};

/** Without any environment, and with the bundle and a folder of this test in the places of the deployment's. */
const start = (given: readonly string[], tee?: string): Enclave => {
  const args = given.map((argument, i) => {
    if (argument.endsWith("/enclave.mjs")) return join(clone, BUNDLE);
    if (given[i - 1] === "--data") return join(folder, "data");
    if (given[i - 1] === "--host") return "127.0.0.1";
    if (given[i - 1] === "--port") return "0";
    return given[i - 1] === "--tee" ? (tee ?? argument) : argument;
  });
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env: {} });
};

let folder = "";
let clone = "";
let printed = "";
let code = "";
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "pdiem-bundle-")));
  clone = await cloneTo(join(folder, "one"));
  printed = await build(clone);
  code = await readFile(join(clone, BUNDLE), "utf8");
});
afterAll(() => rm(folder, { recursive: true }));

describe("enclave bundle", () => {
  it("is the same file from a clone in another folder", async () => {
    const other = await cloneTo(join(folder, "another", "deeper and with spaces"));
    expect(await build(other)).toBe(printed);
    expect(await readFile(join(other, BUNDLE), "utf8")).toBe(code);
  });

  it("is printed with its hash, also among the files that the Gramine manifest measures", () => {
    const hash = createHash("sha256").update(code).digest("hex");
    expect(printed.split("\n")[0]).toBe(`${hash}  ${BUNDLE}`);
    expect(printed).toContain(`\n  ${hash}  enclave.mjs\n`);
    expect(printed).toMatch(/\n {2}[0-9a-f]{64} {2}node\n/);
  });

  it("holds the light clients, the bridge, the enclave and its verifier, cryptography and readers of evidence alone", () => {
    const names = [...printed.matchAll(/^ {2}(\S+) \d+\.\d+\.\d+$/gm)].map(([, name]) => name);
    expect(names).toEqual([
      "@noble/curves",
      "@noble/hashes",
      "@pdiem/bridge",
      "@pdiem/enclave",
      "@pdiem/enclave-verifier",
      "@pdiem/light-client",
      "@peculiar/asn1-schema",
      "@peculiar/asn1-x509",
      "@peculiar/utils",
      "asn1js",
      "cborg",
      "pvtsutils",
      "pvutils",
      "rolldown",
      "tslib",
    ]);
    const imports = [...code.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name);
    expect(imports.length).toBeGreaterThan(0);
    for (const name of imports) expect(name).toMatch(/^node:/);
    expect(code).not.toMatch(/node:(child_process|cluster|worker_threads|vm|inspector|module)/);
  });

  it("tells nothing of where or when it was made", () => {
    for (const trace of [folder, repository, tmpdir(), "node_modules", "file:///", "sourceMappingURL"])
      expect(code).not.toContain(trace);
    expect(code).not.toMatch(/\b20\d\d-\d\d-\d\d[T ]\d\d:/);
  });

  it("isn't made with a package outside the trusted base, nor with an import that isn't there", async () => {
    const changed = await cloneTo(join(folder, "changed"));
    const main = join(changed, "enclave", "src", "main.ts");
    const surplus = join(changed, "node_modules", "surplus");
    await mkdir(surplus);
    await writeFile(join(surplus, "package.json"), '{ "name": "surplus", "version": "1.0.0", "type": "module" }');
    await writeFile(join(surplus, "index.js"), "globalThis.surplus = true;\n");
    await appendFile(main, 'import "surplus/index.js";\n');
    await expect(build(changed)).rejects.toThrow("no package outside the trusted base, got surplus");
    await appendFile(main, 'import "missing";\n');
    await expect(build(changed)).rejects.toThrow("missing");
  });

  it.each(["gramine", "tdx", "dstack"] as const)("answers, started as %s starts it but simulated", async (name) => {
    const child = start(await deployments[name](), "simulated");
    try {
      const { url } = await eventOf(child, "listening");
      const response = await fetch(`${String(url)}/v1/status`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ tee: "simulated" });
    } finally {
      child.kill("SIGKILL");
    }
  });

  it.each(["gramine", "tdx", "dstack"] as const)(
    "refuses to start as %s starts it on a machine that is no such TEE",
    async (name) => {
      const child = start(await deployments[name]());
      expect(await eventOf(child, "failed")).toMatchObject({ code: "tee/missing" });
    },
  );
});

describe("Gramine manifest", () => {
  it("fixes arguments and environment, and attests by DCAP without debugging", async () => {
    const lines = (await textOf("gramine/enclave.manifest.template"))
      .split("\n")
      .filter((line) => !line.startsWith("#"));
    expect(lines.join("\n")).not.toMatch(/insecure|passthrough|_src_file/);
    const settings = [
      "sgx.debug = false",
      'sgx.remote_attestation = "dcap"',
      "sgx.isvprodid = 1",
      "sgx.isvsvn = 1",
      "sys.disallow_subprocesses = true",
      'sgx.file_check_policy = "strict"',
      'sgx.allowed_files = ["file:data/"]',
    ];
    for (const setting of settings) expect(lines).toContain(setting);
  });

  it("mounts nothing but what it measures and the folder of the sealed file", async () => {
    const manifest = await textOf("gramine/enclave.manifest.template");
    const mounted = [...manifest.matchAll(/uri = "file:([^"]+)"/g)].map(([, path]) => path);
    const trusted = listAfter(manifest, "sgx.trusted_files = ").map((uri) => uri.replace(/^file:/, ""));
    for (const path of mounted)
      expect(trusted.some((file) => file === path || file.startsWith(`${path}/`)) || path === "data").toBe(true);
  });
});
