/** `pdiem init`: answers as options, or given at a terminal. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readConfig } from "../../config.js";
import { readJson } from "../json-file.js";
import { runCommand } from "../testing/run-command.js";
import { initCommand } from "./command.js";
import { QUESTIONS } from "./questions.js";
import { valueIn } from "./value-path.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-init-"));
afterAll(() => rmSync(folder, { recursive: true }));

const example = formatBridgeConfig(exampleConfig);
const root = join(folder, "root.json");
writeFileSync(root, JSON.stringify({ relay: valueIn(example, ["relay"]), rootsTime: valueIn(example, ["rootsTime"]) }));

const KEYS = exampleConfig.guardians.keys.map((key) => `0x${toHex(key)}`);

/** Everything that is to be said, as options. */
const ANSWERS: readonly string[] = [
  ...["--currency", "XUS", "--asset-id", "1984", "--relay-root", root],
  ...["--diem-url", "http://one.example", "--diem-url", "http://two.example"],
  ...["--parachain-url", "ws://para.example", "--relay-url", "ws://relay.example"],
  ...["--redis", "redis://:secret@redis.example", "--api-port", "8100"],
  ...["--chain-id", "4", "--waypoint", `0:${"ab".repeat(32)}`, "--hrp", "tdm"],
  ...["--para-id", "1000", "--genesis-hash", `0x${"05".repeat(32)}`, "--spec-version", "900"],
  ...["--fee-account", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "--freezer", `0x${"09".repeat(32)}`],
  ...["--guardian", KEYS[0] ?? "", "--guardian", KEYS[1] ?? "", "--threshold", "2"],
  ...["--reserve", "1000", "--genesis-cost", "2000", "--measurement", `simulated:0x${"0c".repeat(32)}`],
];

describe("pdiem init", () => {
  it("writes a commented configuration that validates of options alone, for its owner's eyes, and says what is next", async () => {
    const file = join(folder, "whole.json");
    const key = join(folder, "interim.key");
    const { code, out, err } = await runCommand("init", file, "--yes", ...ANSWERS, "--interim-key", key);
    expect([code, out]).toEqual([0, expect.stringContaining(`Next:\n  npx pdiem check --offline -c ${file}`)]);
    expect(err).toContain("whoever has");
    for (const path of [file, key]) expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(
      /\n {4}\/\/ JSON-RPC endpoints of Diem.*\n(?: {4}\/\/ .*\n)* {4}"urls": \["http:\/\/one\.example", "http:\/\/two\.example"\]/,
    );
    expect(text).toMatch(/\/\/ trust root of Diem: <version>:<hex> of a block that ends an epoch\n {6}"waypoint"/);
    const { diem, api, bridge } = readConfig(file);
    expect([diem.urls.length, api.port, bridge.currencies[0]?.assetId]).toEqual([2, 8100, 1984]);
    expect(bridge.guardians.keys.length).toBe(2);
    expect((await runCommand("check", "--offline", "-c", file)).code).toBe(0);
    // The key that is there is taken, and none made over it.
    const again = await runCommand("init", file, "--yes", "--force", "--json", ...ANSWERS, "--interim-key", key);
    expect(JSON.parse(again.out)).toMatchObject({ file, unwritten: [], next: expect.any(Array) });
    expect(readConfig(file).bridge.diem.custody).toEqual(bridge.diem.custody);
  });

  it("writes nothing where whole answers make no configuration, and says why", async () => {
    const file = join(folder, "wrong.json");
    const args = ["--custody", "07".repeat(16), ...ANSWERS, "--threshold", "9"];
    const { code, err } = await runCommand("init", file, "--yes", ...args);
    expect([code, err]).toEqual([2, expect.stringMatching(/config\/invalid.*\n.*bridge: /)]);
    expect(() => statSync(file)).toThrow("ENOENT");
  });

  it("begins a bridge whose key several hold with an enclave for each slot, and names what is to be said of them", async () => {
    const file = join(folder, "held.json");
    const holders = ["a", "b", "c"].map((name) => `http://${name}.example:8091`);
    const given = holders.flatMap((url) => ["--holder", url]);
    const { code, out } = await runCommand("init", file, "--yes", "--json", ...ANSWERS, ...given);
    expect(code).toBe(0);
    expect(valueIn(readJson(file), ["enclave"])).toEqual({ holders: holders.map((url) => ({ url })) });
    const fields = z.object({ unwritten: z.array(z.object({ field: z.string() })) }).parse(JSON.parse(out)).unwritten;
    expect(fields.map(({ field }) => field)).toEqual(
      expect.arrayContaining(["bridge.holders.classes.0.name", "bridge.holders.slots.2"]),
    );
  });

  it.each(QUESTIONS.map(({ flag }) => flag))(
    "refuses what is no answer to --%s, and says what is expected",
    async (flag) => {
      const { code, err } = await runCommand("init", join(folder, "none.json"), "--yes", `--${flag}`, "?!");
      expect([code, err]).toEqual([2, expect.stringMatching(/Expected /)]);
    },
  );

  it("asks nobody where nobody is, without --yes", async () => {
    const { code, err } = await runCommand("init", join(folder, "nobody.json"));
    expect([code, err]).toEqual([2, expect.stringContaining("config/no-terminal")]);
  });

  it("asks again where an answer is none, and leaves open what isn't answered", async () => {
    const file = join(folder, "asked.json");
    const asked: string[] = [];
    const told: string[] = [];
    const answers = ["http://one http://two", "nonsense", "ws://para"];
    const output = { out: () => undefined, err: (text: string) => told.push(text) };
    await initCommand(file, {}, output, async (question) => {
      asked.push(question);
      return answers.shift() ?? "";
    });
    expect(asked.slice(0, 3).map((text) => text.split(":")[0])).toEqual([
      "Diem's nodes",
      "the parachain's nodes",
      "the parachain's nodes",
    ]);
    expect(told.join("\n")).toMatch(/expected a URL that starts with ws:\/\//);
    const written = readJson(file);
    expect(valueIn(written, ["diem", "urls"])).toEqual(["http://one", "http://two"]);
    expect(valueIn(written, ["redis", "url"])).toBe("redis://127.0.0.1:6379");
    expect(valueIn(written, ["bridge", "diem", "chainId"])).toMatch(/^TO DO/);
  });

  it("asks at a terminal", async () => {
    const file = join(folder, "terminal.json");
    const program = new URL("../../../bin/pdiem.mjs", import.meta.url).pathname;
    const ended = new Promise<number>((resolve) => {
      const child = execFile("script", ["-qec", `${process.execPath} ${program} init ${file}`, "/dev/null"], (error) =>
        resolve(error === null ? 0 : 1),
      );
      let answered = 0;
      child.stdout?.on("data", (text: string) => {
        // Behind each question the terminal is told where its cursor goes.
        if (text.trimEnd().endsWith("G")) child.stdin?.write(answered++ === 0 ? "http://asked\n" : "\n");
      });
    });
    expect(await ended).toBe(0);
    expect(valueIn(readJson(file), ["diem", "urls"])).toEqual(["http://asked"]);
  });
});
