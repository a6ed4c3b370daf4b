import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand, writeLonelyConfig } from "../testing/run-command.js";
import { writeHandover } from "./file.js";
import { exampleHandOver, foreignHandOver, simulatedConfig } from "./testing/example-hand-over.js";
import { transcriptOf } from "./verdict.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-hand-over-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const OURS = writeLonelyConfig(at("ours.json"), simulatedConfig);
const OTHERS = writeLonelyConfig(at("others.json"), exampleConfig);
writeHandover(at("good"), exampleHandOver);
writeHandover(at("foreign"), foreignHandOver);

const handover = (...args: readonly string[]) => runCommand("handover", ...args);

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
