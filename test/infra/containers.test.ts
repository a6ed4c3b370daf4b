/** Containers: who they run as, what they may write, and whom they reach. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { expectGuarded } from "@pdiem/relayer/api/access/guard";
import { parseConfig } from "@pdiem/relayer/config";
import { DockerfileParser } from "dockerfile-ast";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { REPOSITORY, textOf, yamlOf } from "./support/files.js";
import { isPinned } from "./support/pinned.js";
import { runTool } from "./support/run-tool.js";

const DOCKERFILE = "infra/docker/Dockerfile";
const text = textOf(DOCKERFILE);
const dockerfile = DockerfileParser.parse(text);

const argumentsOf = (keyword: string, lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith(`${keyword} `)).map((line) => line.slice(keyword.length + 1));

/** Stages by name, each with its instructions one a line. */
const stages = new Map<string, readonly string[]>();
for (const instruction of dockerfile.getInstructions()) {
  const { start, end } = instruction.getRange();
  const written = text.split("\n").slice(start.line, end.line + 1);
  const content = written.map((line) => line.replace(/\s*\\$/, "")).join(" ");
  const name = / AS (\S+)$/.exec(content)?.[1];
  if (instruction.getInstruction() === "FROM") stages.set(name ?? "", [content]);
  else {
    const last = [...stages.keys()].at(-1);
    if (last !== undefined) stages.set(last, [...(stages.get(last) ?? []), content]);
  }
}

const RUN_BY = ["relayer", "enclave-simulated"];

const manifest = z
  .object({ version: z.string(), workspaces: z.array(z.string()) })
  .parse(JSON.parse(textOf("package.json")));

describe("the Dockerfile", () => {
  it("has stages that build, and one for each program", () => {
    expect([...stages.keys()]).toEqual(["build", "installed", ...RUN_BY]);
    const bases = [...stages.values()].map(([from = ""]) => from.split(" ")[1]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a Dockerfile has it
    expect(bases).toEqual(["${NODE_IMAGE}", "build", "${NODE_IMAGE}", "${NODE_IMAGE}"]);
  });

  it("begins from an image by its digest", () => {
    const [image = ""] = /(?<=^ARG NODE_IMAGE=).+$/m.exec(text) ?? [];
    expect(image).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim@sha256:[0-9a-f]{64}$/);
  });

  it("runs no script of a package that is installed", () => {
    const installs = text.match(/npm (?:ci|install)[^\n]*/g) ?? [];
    expect(installs).toHaveLength(2);
    for (const install of installs) expect(install).toContain("--ignore-scripts");
  });

  it("takes along every package that the relayer imports", () => {
    const [packages = ""] = /(?<=ARG PACKAGES=")[^"]+/.exec(text) ?? [];
    const devnet = ["infra/devnet", "relayer/web"];
    expect([...packages.split(" ")].sort()).toEqual(
      manifest.workspaces.filter((name) => !devnet.includes(name)).sort(),
    );
  });

  it("puts together all that the relayer loads", () => {
    const out = join(mkdtempSync(join(tmpdir(), "pdiem-image-")), "pdiem");
    try {
      const [, assembled = ""] = argumentsOf("RUN", stages.get("installed") ?? []);
      const packages = /(?<=ARG PACKAGES=)"[^"]+"/.exec(text)?.[0] ?? "";
      // Links stand for copies.
      const cp = `cp() { shift; for last; do :; done; for file; do
        [ "$file" = "$last" ] || ln -s "$PWD/$file" "$last"; done; }`;
      const find = "find() { :; }";
      const script = [cp, find, `PACKAGES=${packages}`, assembled.replaceAll("/opt/pdiem", out)].join("\n");
      const { status, text: said } = runTool("sh", ["-e", "-c", script]);
      expect(status, said).toBe(0);
      const foldersOf = (path: string): readonly string[] => readdirSync(join(out, path)).sort();
      expect(foldersOf("bridge")).toEqual(["dist", "package.json"]);
      const own = existsSync(join(REPOSITORY, "relayer/node_modules")) ? ["node_modules"] : [];
      const page = existsSync(join(REPOSITORY, "relayer/web/dist")) ? ["web"] : [];
      expect(foldersOf("relayer")).toEqual(["bin", "dist", ...own, "package.json", ...page]);
      expect(foldersOf("")).toEqual([...packages.slice(1, -1).split(" "), "node_modules", "package.json"].sort());
    } finally {
      rmSync(dirname(out), { recursive: true });
    }
  });

  it.each(RUN_BY)("%s runs as nobody special, says how it is, and is started without a shell", (name) => {
    const lines = stages.get(name) ?? [];
    expect(argumentsOf("USER", lines)).toEqual(["1000:1000"]);
    expect(argumentsOf("VOLUME", lines)).toEqual(["/var/lib/pdiem"]);
    expect(argumentsOf("COPY", lines).every((copy) => /^--from=(?:installed|build) /.test(copy))).toBe(true);
    const [health = ""] = argumentsOf("HEALTHCHECK", lines);
    const probe = z.array(z.string()).parse(JSON.parse(health.slice(health.indexOf("CMD ") + 4)));
    expect(probe[2]).toContain(name === "relayer" ? ":8090/healthz" : ":8091/v2/status");
    expect(() => new Script(probe[2] ?? "(")).not.toThrow();
    for (const keyword of ["ENTRYPOINT", "CMD"])
      for (const command of argumentsOf(keyword, lines)) z.array(z.string()).parse(JSON.parse(command));
    // Nothing comes after it that only root may do.
    expect(lines.findIndex((line) => line.startsWith("USER "))).toBeGreaterThan(
      lines.findLastIndex((line) => /^(?:RUN|COPY|ADD) /.test(line)),
    );
  });

  it("lets nothing of this machine into the image", () => {
    const ignored = readFileSync(new URL("../../infra/docker/Dockerfile.dockerignore", import.meta.url), "utf8");
    for (const name of [".git", "**/node_modules", "**/dist", "infra/secrets"])
      expect(ignored.split("\n")).toContain(name);
    expect(textOf(".gitignore").split("\n")).toContain("infra/secrets/");
  });
});

const service = z.object({
  image: z.string(),
  user: z.string(),
  read_only: z.literal(true),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  privileged: z.never().optional(),
  network_mode: z.never().optional(),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  mem_limit: z.string(),
  pids_limit: z.number(),
  restart: z.literal("unless-stopped"),
  profiles: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  build: z.object({ dockerfile: z.string(), target: z.string() }).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});

const compose = z
  .object({
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
    secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith("./secrets/") })),
    configs: z.record(z.string(), z.strictObject({ file: z.string() })),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(yamlOf("infra/compose.yaml"));

const services = Object.entries(compose.services);
const onNetwork = (network: string): readonly string[] =>
  services.filter(([, { networks }]) => networks.includes(network)).map(([name]) => name);

/** Lists the others that share a network with a service. */
const neighboursOf = (name: string): readonly string[] =>
  [...new Set((compose.services[name]?.networks ?? []).flatMap(onNetwork))].filter((other) => other !== name).sort();

const RELAYERS = ["relayer-1", "relayer-2"];

describe("compose.yaml", () => {
  it("has all that a bridge is run with", () => {
    expect(services.map(([name]) => name).sort()).toEqual(
      [...RELAYERS, "enclave", "redis", "prometheus", "alertmanager", "grafana"].sort(),
    );
    expect(compose.services.enclave?.profiles).toEqual(["simulated"]);
  });

  it.each(services)("%s is confined: not root, nothing to write but its folders, no capability", (_, one) => {
    expect(Number(one.user.split(":")[0])).toBeGreaterThan(0);
    expect(one.cap_drop).toEqual(["ALL"]);
    expect(one.security_opt).toContain("no-new-privileges:true");
    expect(one.volumes.filter((volume) => /docker\.sock/.test(volume))).toEqual([]);
    // Folders of this machine are read, and named volumes written.
    for (const volume of one.volumes)
      expect(volume.startsWith("./") ? volume.endsWith(":ro") : (volume.split(":")[0] ?? "") in compose.volumes).toBe(
        true,
      );
  });

  it.each(services)("%s is an image by its digest, or one that is built here in this version", (_, one) => {
    if (one.build === undefined) expect(one.image).toSatisfy(isPinned);
    else {
      expect(one.image).toBe(`pdiem/${one.build.target}:${manifest.version}`);
      expect([one.build.dockerfile, stages.has(one.build.target)]).toEqual([DOCKERFILE, true]);
    }
  });

  it.each(services)("%s says how it is", (_, one) => {
    const isInImage = one.build !== undefined && RUN_BY.includes(one.build.target);
    expect(isInImage || (one.healthcheck?.test.length ?? 0) > 1).toBe(true);
  });

  it("lets only relayers reach the enclave and Redis, and these nobody else", () => {
    expect(neighboursOf("enclave")).toEqual(RELAYERS);
    expect(neighboursOf("redis")).toEqual(RELAYERS);
    for (const name of ["to-enclave", "to-redis", "metrics", "alerts", "boards"])
      expect([name, compose.networks[name]?.internal]).toEqual([name, true]);
    expect([...(compose.services.enclave?.networks ?? []), ...(compose.services.redis?.networks ?? [])]).toEqual([
      "to-enclave",
      "to-redis",
    ]);
    expect(neighboursOf("grafana")).toEqual(["prometheus"]);
  });

  it("opens ports on loopback alone, and none of the enclave's or Redis'", () => {
    const open = services.flatMap(([name, { ports }]) => ports.map((port) => [name, port] as const));
    expect(open.map(([name]) => name).sort()).toEqual([...RELAYERS, "grafana"].sort());
    for (const [, port] of open) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it("hands secrets over as files, and only to those that need them", () => {
    const holders = Object.fromEntries(services.map(([name, { secrets }]) => [name, secrets]));
    expect(holders).toMatchObject({
      enclave: ["enclave_token"],
      prometheus: [],
      redis: ["redis_acl"],
      grafana: ["grafana_password"],
    });
    for (const name of RELAYERS) expect(holders[name]).toEqual(["relayer.json", "enclave_token"]);
    expect(new Set(Object.values(holders).flat())).toEqual(new Set(Object.keys(compose.secrets)));
    const told = services.flatMap(([, { environment }]) => Object.entries(environment));
    expect(told.filter(([name]) => /PASSWORD|SECRET|TOKEN|KEY/.test(name) && !name.endsWith("__FILE"))).toEqual([]);
  });

  it("keeps what Redis is given, and never throws any of it away", () => {
    expect(compose.services.redis?.command).toEqual([
      ...["redis-server", "/etc/redis/redis.conf"],
      ...["--dir", "/data", "--aclfile", "/run/secrets/redis_acl"],
    ]);
    const lines = textOf("infra/redis/redis.conf").split("\n");
    for (const line of ["appendonly yes", "maxmemory-policy noeviction"]) expect(lines).toContain(line);
  });

  it("scrapes each relayer", () => {
    const targets = z
      .object({
        scrape_configs: z.array(
          z.object({ job_name: z.string(), static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
        ),
      })
      .parse(yamlOf("infra/prometheus/prometheus.yaml")).scrape_configs;
    expect(targets.map(({ job_name }) => job_name)).toEqual(["pdiem-relayer"]);
    expect(targets[0]?.static_configs[0]?.targets).toEqual(RELAYERS.map((name) => `${name}:8090`));
  });

  it("has relayers whose configuration fits: what is written lies in the one folder that may be", () => {
    const inContainers = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(textOf("infra/docker/relayer.json").replace("SHA256_OF_TOKEN", "0".repeat(64))));
    const config = parseConfig({
      diem: { urls: ["http://diem"] },
      parachain: { urls: ["ws://parachain"] },
      relay: { urls: ["ws://relay"] },
      bridge: Object.fromEntries(Object.entries(Object(formatBridgeConfig(exampleConfig)))),
      ...inContainers,
    });
    expect(config.api).toMatchObject({ host: "0.0.0.0", port: 8090 });
    expect(() => expectGuarded(config.api)).not.toThrow();
    for (const { folder } of [config.state, config.misbehaviour]) expect(folder).toMatch(/^\/var\/lib\/pdiem\//);
    expect(new URL(config.enclave.url ?? "").hostname in compose.services).toBe(true);
    expect(config.enclave.tokenFile).toBe("enclave_token");
    expect(new URL(config.redis.url).hostname in compose.services).toBe(true);
  });
});
