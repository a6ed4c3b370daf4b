/** The files that TEEs measure: the same from every clone, small, and able to run. */
import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createEnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = ["light-client", "bridge", "enclave-verifier", "enclave"];
const LIBRARIES = ["@noble", "@scure"];
const MANIFEST = "infra/gramine/enclave.manifest.template";
const PROGRAMS = ["gramine", "guest", "dstack", "simulated"] as const;
type Program = (typeof PROGRAMS)[number];
const bundleOf = (program: Program): string => `enclave/dist/bundle/${program}/enclave.mjs`;

/**
 * What an auditor has to read, at most. A seventh of it is noble's curves, which ZIP 215 and FROST
 * need: 2,220 lines. The bytes are what it has, and a little room.
 */
const MAX_LINES = 15_510;
const MAX_BYTES = 540_500;

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
const deployments: Readonly<Record<"gramine" | "tdx" | "dstack", () => Promise<readonly string[]>>> = {
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

/**
 * Without any environment, and with a bundle and a folder of this test in the places of the
 * deployment's.
 */
const start = (program: Program, given: readonly string[], tee?: string): Enclave => {
  const args = given.map((argument, i) => {
    if (argument.endsWith("/enclave.mjs")) return join(clone, bundleOf(program));
    if (given[i - 1] === "--data") return join(folder, "data");
    if (given[i - 1] === "--host") return "127.0.0.1";
    if (given[i - 1] === "--port") return "0";
    if (given[i - 1] === "--tokens") return join(folder, "tokens");
    return given[i - 1] === "--tee" ? (tee ?? argument) : argument;
  });
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env: {} });
};

/** What the door of each asks for: none listens beyond loopback without. */
const TOKEN = randomBytes(32).toString("base64url");

let folder = "";
let clone = "";
let printed = "";
let codes: ReadonlyMap<Program, string> = new Map();
const codesIn = async (folder: string): Promise<ReadonlyMap<Program, string>> =>
  new Map(
    await Promise.all(
      PROGRAMS.map(async (program) => [program, await readFile(join(folder, bundleOf(program)), "utf8")] as const),
    ),
  );
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "pdiem-bundle-")));
  clone = await cloneTo(join(folder, "one"));
  await writeFile(join(folder, "tokens"), `${TOKEN}\n`);
  printed = await build(clone);
  codes = await codesIn(clone);
});
afterAll(() => rm(folder, { recursive: true }));

describe("enclave bundles", () => {
  it("are the same files from a clone in another folder", async () => {
    const other = await cloneTo(join(folder, "another", "deeper and with spaces"));
    expect(await build(other)).toBe(printed);
    expect(await codesIn(other)).toEqual(codes);
  });

  it("are printed with their hashes, Gramine's also among the files that its manifest measures", () => {
    const hashes = [...codes].map(([program, code]) => [program, createHash("sha256").update(code).digest("hex")]);
    for (const [program, hash] of hashes)
      expect(printed).toContain(`${hash}  enclave/dist/bundle/${program}/enclave.mjs\n`);
    expect(printed).toContain(`\n  ${Object.fromEntries(hashes).gramine}  enclave.mjs\n`);
    expect(printed).toMatch(/\n {2}[0-9a-f]{64} {2}node\n/);
  });

  it.each(PROGRAMS)("of %s has few enough lines and bytes, and what is printed of them is true", (program) => {
    const code = codes.get(program) ?? "";
    const [lines, bytes] = [code.split("\n").length - 1, Buffer.byteLength(code)];
    expect(printed.split(`bundle/${program}/`)[1]).toMatch(
      new RegExp(`^(?:.|\\n)*?\\n {2}in all +\\d+ +${lines} +${bytes}\\n`),
    );
    expect(lines).toBeGreaterThan(5_000);
    expect(lines).toBeLessThanOrEqual(MAX_LINES);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  it("hold the light clients, the bridge, the enclave, its verifier and cryptography alone", () => {
    const names = [...printed.matchAll(/^ {2}(\S+) \d+\.\d+\.\d+(?: +\d+){3}$/gm)].map(([, name]) => name);
    expect([...new Set(names)]).toEqual([
      "@noble/curves",
      "@noble/hashes",
      "@pdiem/bridge",
      "@pdiem/enclave",
      "@pdiem/enclave-verifier",
      "@pdiem/light-client",
    ]);
    for (const code of codes.values()) {
      const imports = [...code.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name);
      expect(imports.length).toBeGreaterThan(0);
      for (const name of imports) expect(name).toMatch(/^node:/);
      expect(code).not.toMatch(/node:(child_process|cluster|vm|inspector|module)/);
    }
  });

  it.each<[program: Program, own: readonly string[]]>([
    ["gramine", ["/dev/attestation"]],
    ["guest", ["/sys/kernel/config/tsm/report"]],
    ["dstack", ["/var/run/dstack.sock"]],
    ["simulated", ["simulated-sealing-key"]],
  ])("of %s knows the way to its own TEE and to no other", (program, own) => {
    const ways = ["/dev/attestation", "/sys/kernel/config/tsm/report", "/var/run/dstack.sock", "simulated-sealing-key"];
    expect(ways.filter((way) => codes.get(program)?.includes(way))).toEqual(own);
  });

  it("tell nothing of where or when they were made", () => {
    for (const code of codes.values()) {
      for (const trace of [folder, repository, tmpdir(), "node_modules", "file:///", "sourceMappingURL"])
        expect(code).not.toContain(trace);
      expect(code).not.toMatch(/\b20\d\d-\d\d-\d\d[T ]\d\d:/);
    }
  });

  it("aren't made with a package outside the trusted base, nor with an import that isn't there", async () => {
    const changed = await cloneTo(join(folder, "changed"));
    const main = join(changed, "enclave", "src", "start.ts");
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
    const child = start("simulated", await deployments[name](), "simulated");
    try {
      const { url } = await eventOf(child, "listening");
      const status = await createEnclaveClient(nodeTransport(String(url), 60_000, { token: TOKEN })).status();
      expect(status).toMatchObject({ tee: "simulated", role: { type: "empty" } });
      await expect(createEnclaveClient(nodeTransport(String(url), 60_000)).status()).rejects.toMatchObject({
        code: "enclave/unauthorized",
      });
    } finally {
      child.kill("SIGKILL");
    }
  });

  it.each([
    ["gramine", "gramine"],
    ["tdx", "dstack"],
    ["dstack", "dstack"],
  ] as const)("refuses to start as %s starts %s's on a machine that is no such TEE", async (name, program) => {
    const child = start(program, await deployments[name]());
    expect(await eventOf(child, "failed")).toMatchObject({ code: "tee/missing" });
  });

  it("doesn't start with a TEE that it knows no way to", async () => {
    const child = start("gramine", await deployments.gramine(), "simulated");
    expect(await eventOf(child, "failed")).toMatchObject({ code: "usage" });
  });
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
