import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBridgeConfig } from "@pdiem/bridge/config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../cli.js";
import { writeHandover } from "./file.js";
import { exampleHandOver, foreignHandOver, simulatedConfig } from "./testing/example-hand-over.js";
import { transcriptOf } from "./verdict.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-hand-over-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** Nobody listens on port 1. */
const configFile = (name: string, bridge: typeof exampleConfig): string => {
  const settings = {
    diem: { urls: ["http://127.0.0.1:1"] },
    parachain: { urls: ["ws://127.0.0.1:1"] },
    relay: { urls: ["ws://127.0.0.1:1"] },
    enclave: { url: "http://127.0.0.1:1" },
    redis: { url: "redis://127.0.0.1:1" },
    api: { port: 1 },
    bridge: formatBridgeConfig(bridge),
  };
  writeFileSync(at(name), JSON.stringify(settings));
  return at(name);
};

const OURS = configFile("ours.json", simulatedConfig);
const OTHERS = configFile("others.json", exampleConfig);
writeHandover(at("good"), exampleHandOver);
writeHandover(at("foreign"), foreignHandOver);

const handover = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const output = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) };
  const code = await runCli(["handover", ...args], output);
  return { code, out: out.join("\n"), err: err.join("\n") };
};

describe("pdiem handover", () => {
  it("shows a hand-over without a relayer, and its transcript to scripts", async () => {
    const name = `0x${toHex(transcriptOf(simulatedConfig, exampleHandOver.transcript))}`;
    const shown = await handover("show", at("good"), "--config", OURS, "--offline");
    expect(shown).toMatchObject({ code: 0, err: "", out: expect.stringContaining(`Hand-over ${name}`) });
    const { out } = await handover("show", at("good"), "--config", OURS, "--offline", "--json");
    expect(JSON.parse(out)).toMatchObject({ transcript: name });
  });

  it("tells all of a side that is refused, and fails", async () => {
    expect(await handover("show", at("foreign"), "--config", OURS, "--offline")).toMatchObject({
      code: 1,
      out: expect.stringContaining("REFUSED: don't trust this enclave"),
      err: expect.stringMatching(/^evidence\/policy-measurements/),
    });
  });

  it("has nothing to do with another bridge's file", async () => {
    const other = { code: 1, out: "", err: expect.stringMatching(/^handover\/other-bridge/) };
    expect(await handover("show", at("good"), "--config", OTHERS, "--offline")).toMatchObject(other);
    const release = ["release", at("good"), "--checkpoint", at("none"), "--to", "http://127.0.0.1:1"];
    expect(await handover(...release, "--config", OTHERS)).toMatchObject(other);
    const receipt = ["receipt", at("good"), "--to", "http://127.0.0.1:1", "--config", OTHERS];
    expect(await handover(...receipt)).toMatchObject(other);
  });

  it("says what is missing: an enclave that answers, a URL, a release before the receipt", async () => {
    const to = ["--to", "http://127.0.0.1:1", "--config", OURS];
    expect(await handover("propose", "--out", at("new"), ...to)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^enclave\/unreachable/),
    });
    expect(await handover("propose", "--out", at("new"), "--to", "here", "--config", OURS)).toMatchObject({ code: 2 });
    expect(await handover("propose", "--out", at("new"), "--config", OURS)).toMatchObject({ code: 2 });
    expect(await handover("receipt", at("good"), ...to)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^handover\/not-released/),
    });
  });
});
