import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genuineConfig } from "@pdiem/bridge/testing/attestation";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { afterAll, describe, expect, it } from "vitest";
import { readJson } from "../json-file.js";
import { runCommand } from "../testing/run-command.js";
import { skeletonConfig, unwrittenIn } from "./skeleton.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const URLS = { diem: "http://diem", parachain: "ws://parachain", relay: "ws://relay" };

/** Writes what is missing in one value from another of the same shape. */
const filledFrom = (value: unknown, other: unknown): unknown => {
  if (typeof value === "string") return value.startsWith("TO DO") ? other : value;
  // The example has another number of keys and measurements, all of which belong together.
  if (Array.isArray(value) && unwrittenIn(value).some(({ field }) => /^0(\.tee)?$/.test(field))) return other;
  if (typeof value !== "object" || value === null) return value;
  const from: Record<string, unknown> = Object(other);
  const entries = Object.entries(value).map(([name, inner]) => [name, filledFrom(inner, from[name])] as const);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
};

describe("a configuration to begin with", () => {
  it("is one, once what is missing is written; and says until then what that is", async () => {
    const file = join(folder, "relayer.json");
    const init = await runCommand("init", file, "--yes", "--currency", "XUS", "--currency", "XDX");
    expect(init.code).toBe(0);
    const skeleton = readJson(file);
    const missing = await runCommand("check", "--offline", "-c", file);
    expect([missing.code, missing.out]).toEqual([2, expect.stringContaining("config/unwritten")]);
    expect(missing.out).toMatch(/bridge\.currencies\.1\.assetId\n.*\n.*\n {4}cure +pdiem assets plan/);
    const urls = Object.fromEntries(Object.entries(URLS).map(([chain, url]) => [chain, { urls: [url] }]));
    const whole = filledFrom(skeleton, { ...urls, bridge: formatBridgeConfig(genuineConfig) });
    writeFileSync(file, JSON.stringify(whole));
    const checked = await runCommand("check", "--offline", "-c", file);
    const [, id] = /bridge (0x[0-9a-f]{64})$/m.exec(checked.out) ?? [];
    expect([checked.code, id]).toEqual([0, expect.stringMatching(/^0x/)]);
    // An enclave's configuration is made of the same file.
    expect((await runCommand("encode-config", file, join(folder, "bridge.bcs"))).out).toBe(`bridge ${id}`);
  });

  it("is never written over another without --force", async () => {
    const file = join(folder, "there.json");
    writeFileSync(file, "mine");
    const refused = await runCommand("init", file, "--yes");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("config/there")]);
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(await runCommand("init", file, "--yes", "--force")).toMatchObject({ code: 0 });
    expect([readFileSync(file, "utf8").startsWith("{"), statSync(file).mode & 0o777]).toEqual([true, 0o600]);
  });

  it("names commands for what is missing that are there", async () => {
    const told = unwrittenIn(skeletonConfig(["XUS"])).map(({ how }) => how);
    const named = told.flatMap((how) => how.match(/pdiem (?:assets|custody|guardian) [a-z]+/g) ?? []);
    expect(new Set(named)).toEqual(new Set(["pdiem custody key", "pdiem assets plan", "pdiem guardian key"]));
    for (const name of new Set(named)) {
      const [, group = "", command = ""] = name.split(" ");
      expect((await runCommand(group, "--help")).out).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
  });
});
