/** Units of systemd: what their programs may do. */
import { describe, expect, it } from "vitest";
import { filesIn, textOf } from "./support/files.js";
import { isThere, runTool } from "./support/run-tool.js";

/** Reads a unit: sections, of which each setting may come more than once. */
const parseUnit = (path: string): ReadonlyMap<string, readonly (readonly [string, string])[]> => {
  const sections = new Map<string, (readonly [string, string])[]>();
  let current: (readonly [string, string])[] | undefined;
  for (const line of textOf(path).split("\n")) {
    const section = /^\[([A-Z][a-z]+)\]$/.exec(line)?.[1];
    const setting = /^([A-Z][A-Za-z]+)=(.*)$/.exec(line);
    if (section !== undefined) {
      current = [];
      sections.set(section, current);
    } else if (setting !== null && current !== undefined) current.push([setting[1] ?? "", setting[2] ?? ""]);
    else if (line !== "" && !line.startsWith("#")) throw new Error(`${path}: expected a setting, got "${line}"`);
  }
  return sections;
};

const units = [...filesIn("infra/systemd", ".service"), "infra/tdx/pdiem-enclave.service"].map((path) => {
  const sections = parseUnit(path);
  const service = sections.get("Service") ?? [];
  const valuesOf = (name: string): readonly string[] => service.filter(([key]) => key === name).map(([, v]) => v);
  return { path, sections, valuesOf };
});

const ON = [
  ...["DynamicUser", "NoNewPrivileges", "LockPersonality", "PrivateTmp", "ProtectClock", "ProtectControlGroups"],
  ...["ProtectHome", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables"],
  ...["RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID"],
];

describe.each(units)("$path", ({ path, sections, valuesOf }) => {
  it("has the sections of a service", () => {
    expect([...sections.keys()]).toEqual(["Unit", "Service", "Install"]);
  });

  it("is nobody special, and writes to its own folder alone", () => {
    for (const name of ON) expect([name, valuesOf(name)]).toEqual([name, ["yes"]]);
    expect(valuesOf("User")).toEqual([]);
    expect(valuesOf("ProtectSystem")).toEqual(["strict"]);
    expect(valuesOf("StateDirectoryMode")).toEqual(["0700"]);
    expect(valuesOf("ReadWritePaths")).toEqual([]);
    expect(valuesOf("CapabilityBoundingSet")).toEqual([""]);
    expect(valuesOf("LimitCORE")).toEqual(["0"]);
    expect(valuesOf("SystemCallArchitectures")).toEqual(["native"]);
  });

  it("comes back by itself, and is given the time to stop", () => {
    expect(valuesOf("Restart")).toEqual(["always"]);
    expect(Number(valuesOf("TimeoutStopSec")[0])).toBeGreaterThanOrEqual(15);
  });

  it("has no secret in its command or environment", () => {
    const shown = [...valuesOf("ExecStart"), ...valuesOf("Environment")].join("\n");
    expect(shown).not.toMatch(/password|secret|:\/\/[^/]*@/i);
    if (path.endsWith("relayer.service"))
      expect(valuesOf("LoadCredential")).toEqual([
        "relayer.json:/etc/pdiem/relayer.json",
        "enclave_token:/etc/pdiem/enclave_token",
      ]);
    if (path.endsWith("redis.service")) expect(valuesOf("LoadCredential")).toEqual(["redis_acl:/etc/pdiem/redis_acl"]);
  });
});

it("a relayer with a wrong configuration isn't started again and again", () => {
  const relayer = units.find(({ path }) => path.endsWith("pdiem-relayer.service"));
  expect(relayer?.valuesOf("RestartPreventExitStatus")).toEqual(["2"]);
});

/** On systemd's scale to 100: Node.js and Gramine need more than others. */
const MOST_EXPOSED = 35;

if (!isThere("systemd-analyze", "--version")) it.skip("systemd-analyze isn't here: it judges no unit");
else
  it.each(units)("systemd knows each setting of $path, and finds it well confined", ({ path }) => {
    // Programs and other units that this machine lacks are no fault of a unit.
    const verified = runTool("systemd-analyze", ["verify", path]).text.split("\n");
    expect(verified.filter((line) => /Unknown|Invalid|Failed to parse|ignoring/i.test(line))).toEqual([]);
    const { status, text } = runTool("systemd-analyze", [
      "security",
      "--offline=true",
      "--no-pager",
      `--threshold=${MOST_EXPOSED}`,
      path,
    ]);
    expect(status, text.slice(-300)).toBe(0);
  });
