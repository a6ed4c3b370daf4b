/** What every command of `pdiem` has, and that it can be completed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import type { Command } from "commander";
import { afterAll, describe, expect, it } from "vitest";
import { program } from "./cli.js";
import { completionScript, SHELLS } from "./completion/scripts.js";
import { completedCommands } from "./completion/tree.js";
import { runCommand, writeLonelyConfig } from "./testing/run-command.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-tree-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pdiem = program({ out: () => undefined, err: () => undefined });

interface Placed {
  readonly path: readonly string[];
  readonly command: Command;
}

const walk = (command: Command, path: readonly string[] = []): readonly Placed[] => [
  { path, command },
  ...command.commands.flatMap((inner) => walk(inner, [...path, inner.name()])),
];

const all = walk(pdiem).map(({ path, command }) => ({ name: path.join(" "), path, command }));
const leaves = all.filter(({ command }) => command.commands.length === 0);
/** They print no result: a log, a script. */
const WITHOUT_RESULT = ["start", "completion"];
const SENDING = [
  ...["assets create", "custody rotate", "custody submit", "guardian submit", "guardian checkpoint propose"],
  ...["guardian checkpoint sign", "guardian checkpoint submit", "claim-fees", "thaw", "evidence submit"],
  ...["jobs requeue", "clear", "replay", "rebuild", "restore"],
];

const optionsOf = ({ command }: Pick<Placed, "command">): readonly string[] =>
  command.options.map(({ long }) => long ?? "");

describe("each command", () => {
  it.each(all)("has help with an example and exit codes: $name", async ({ path, command }) => {
    const { code, out } = await runCommand(...path, "--help");
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n {2}\$ pdiem /);
    expect(out).toMatch(/\nExit codes: 0 done, 1 failed, 2 wrong usage/);
    expect(command.description()).not.toBe("");
    expect(command.registeredArguments.filter(({ description }) => description === "")).toEqual([]);
  });

  it.each(all)("refuses an option that it doesn't know, with a hint: $name", async ({ path }) => {
    const { code, err } = await runCommand(...path, "--nonsense");
    expect([code, err]).toEqual([2, expect.stringMatching(/--help tells more/)]);
  });

  it("takes --json where it prints a result", () => {
    const without = leaves.filter((leaf) => !optionsOf(leaf).includes("--json")).map(({ name }) => name);
    expect(without).toEqual(WITHOUT_RESULT);
  });

  it("takes --dry-run where it sends something", () => {
    const having = leaves.filter((leaf) => optionsOf(leaf).includes("--dry-run")).map(({ name }) => name);
    expect(new Set(having)).toEqual(new Set(SENDING));
  });
});

it("proposes the option that was meant", async () => {
  const { err } = await runCommand("status", "--jsn", "-c", "/nowhere.json");
  expect(err).toContain("Did you mean --json?");
});

describe("--dry-run", () => {
  const config = writeLonelyConfig(join(folder, "relayer.json"), exampleConfig);
  const ACCOUNT = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

  // Nobody listens where the configuration's relayer should be.
  it.each([
    ["claim-fees", ["claim-fees", "XUS"], "fee-claims", { currencies: ["XUS"] }],
    ["thaw", ["thaw", ACCOUNT, "XUS"], "thaws", { currency: "XUS", account: ACCOUNT }],
  ])("shows what %s would send, and sends nothing", async (_, args, path, content) => {
    const shown = await runCommand(...args, "--dry-run", "--json", "-c", config);
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.out)).toMatchObject({
      dryRun: true,
      sendings: [{ to: `POST http://127.0.0.1:1/api/v1/${path}`, content }],
    });
    expect((await runCommand(...args, "--dry-run", "-c", config)).out).toMatch(
      /^would send .*\n.*\nNothing was sent\.$/,
    );
    expect((await runCommand(...args, "-c", config)).code).toBe(3);
  });
});

describe("completion", () => {
  const bash = join(folder, "pdiem.bash");
  writeFileSync(bash, completionScript("bash", completedCommands(pdiem)));

  /** What bash proposes once these words are typed; the last one is begun. */
  const proposed = (...words: readonly string[]): readonly string[] => {
    const typed = ["pdiem", ...words].map((word) => `'${word}'`).join(" ");
    const script = `source '${bash}'; COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _pdiem; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["-c", script], { encoding: "utf8", cwd: folder }).trim().split("\n");
  };

  it("is printed for each shell, of the commands themselves, and nothing else", async () => {
    for (const shell of SHELLS) {
      const { code, out, err } = await runCommand("completion", shell);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toBe(completionScript(shell, completedCommands(pdiem)));
      for (const { command } of leaves) expect(out).toContain(command.name());
    }
    expect((await runCommand("completion", "tcsh")).code).toBe(2);
  });

  it("completes commands, those below them, and options, in bash", () => {
    expect(proposed("")).toEqual(pdiem.commands.map((command) => command.name()));
    expect(proposed("stat")).toEqual(["status"]);
    expect(proposed("guardian", "checkpoint", "s")).toEqual(["show", "sign", "submit"]);
    expect(proposed("check", "--")).toEqual([
      "--config",
      "--offline",
      "--fix",
      "--yes",
      "--timeout",
      "--json",
      "--help",
    ]);
    expect(proposed("guardian", "--offline", "checkpoint", "sh")).toEqual(["show"]);
  });

  it("completes what may follow an option: one of its choices, or a file", () => {
    expect(proposed("assets", "create", "--scheme", "")).toEqual(["sr25519", "ed25519"]);
    expect(proposed("status", "--config", "rel")).toEqual(["relayer.json"]);
  });

  it("knows every command and option", () => {
    for (const { path, command } of all) {
      const options = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long);
      expect(proposed(...path, "--")).toEqual([...options, "--help"]);
    }
  });
});
