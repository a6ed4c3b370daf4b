import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MisbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import { makeEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openEvidenceFolder } from "./evidence-folder.js";

const parent = mkdtempSync(join(tmpdir(), "pdiem-evidence-"));
afterAll(() => rmSync(parent, { recursive: true }));

const BRIDGE = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);
const SET = validators(4);

const fork = (epoch: bigint, name = "another"): MisbehaviourEvidence => ({
  type: "diem",
  value: {
    first: signLedgerInfo(ledgerInfoAt(9, hashOfText("one"), epoch), SET),
    second: signLedgerInfo(ledgerInfoAt(9, hashOfText(name), epoch), SET),
  },
});
const fileOf = (epoch: bigint, bridge = BRIDGE, name?: string) =>
  makeEvidenceFile(bridge, { diem: [epochStateOf(epoch, SET)], relay: [] }, fork(epoch, name));

let next = 0;
let folder: string;
beforeEach(() => {
  folder = join(parent, `${next++}`, "evidence");
});

describe("a folder of evidence", () => {
  it("is made when there is something to keep, and gives it back", async () => {
    const kept = openEvidenceFolder(folder, BRIDGE);
    expect(await kept.load()).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    const path = await kept.keep(fileOf(3n));
    expect(path).toMatch(/misbehaviour-0101010101010101-diem-3-[0-9a-f]{16}\.json$/);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await openEvidenceFolder(folder, BRIDGE).load()).toEqual([{ path, file: fileOf(3n) }]);
  });

  it("keeps a file once, and replaces in its place what proves nothing, or something else", async () => {
    const kept = openEvidenceFolder(folder, BRIDGE);
    const path = await kept.keep(fileOf(3n));
    const first = readFileSync(path, "utf8");
    writeFileSync(path, ` ${first}`);
    expect(await kept.keep(fileOf(3n))).toBe(path);
    expect(readFileSync(path, "utf8")).toBe(` ${first}`);
    const other = readFileSync(await kept.keep(fileOf(3n, BRIDGE, "yet another")), "utf8");
    for (const forged of [first.slice(0, -20), other]) {
      writeFileSync(path, forged);
      expect((await kept.load()).map((one) => one.file)).not.toContainEqual(fileOf(3n));
      await kept.keep(fileOf(3n));
      expect(readFileSync(path, "utf8")).toBe(first);
    }
  });

  it("holds files of several bridges apart, and leaves strangers alone", async () => {
    await openEvidenceFolder(folder, OTHER).keep(fileOf(3n, OTHER));
    const kept = openEvidenceFolder(folder, BRIDGE);
    writeFileSync(join(folder, "notes.json"), "{}");
    writeFileSync(join(folder, "misbehaviour-0101010101010101-diem-9.json"), "null");
    expect(await kept.load()).toEqual([]);
    await kept.keep(fileOf(4n));
    expect((await kept.load()).map(({ file }) => file)).toEqual([fileOf(4n)]);
  });

  it("says so where it can't be written", async () => {
    const path = await openEvidenceFolder(folder, BRIDGE).keep(fileOf(3n));
    await expect(openEvidenceFolder(join(path, "below"), BRIDGE).keep(fileOf(3n))).rejects.toThrow();
    expect(await openEvidenceFolder(join(path, "below"), BRIDGE).load()).toEqual([]);
  });
});
