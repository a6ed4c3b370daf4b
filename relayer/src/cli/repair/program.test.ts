import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData, type ReportSubject, receiverReportData } from "@pdiem/bridge/custody/report-data";
import { repairChallenge } from "@pdiem/bridge/handover/repair";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { type PublicPackage, publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { HELD_BY_THREE as HELD } from "@pdiem/bridge/testing/holders";
import { BOX_LENGTH } from "@pdiem/enclave/wire/handover";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { afterAll, describe, expect, it } from "vitest";
import { repairFileIn } from "../guardian/actions.js";
import { runCommand, writeLonelyConfig } from "../testing/run-command.js";
import { formatRepair, parseRepair, type RepairFile, writeRepair } from "./file.js";
import { transcriptOf } from "./verdict.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-repair-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const KEY = filled(32, 2);
const PACKAGE: PublicPackage = {
  roll: filled(32, 3),
  groupKey: KEY,
  slots: [4, 5, 6].map((byte) => ({ verifyingShare: filled(32, byte), platform: undefined })),
};
const DRAWN = [filled(32, 0x13), filled(32, 0x11), filled(32, 0x12)];

const partyOf = (slot: number, reportData: (subject: ReportSubject) => Uint8Array, measuredAs = slot): Party => {
  const handoverKey = filled(32, 0x20 + slot);
  const share = { slot, publicPackage: PACKAGE };
  const subject = { bridgeId: bridgeId(HELD), custodyKey: KEY, handoverKey, share, challenge: repairChallenge(DRAWN) };
  const measurement = toHex(HELD.measurements[measuredAs - 1]?.value ?? filled(32, 0));
  const said = { measurement, reportData: `${toHex(reportData(subject))}${"00".repeat(32)}` };
  const challenge = filled(32, 0x10 + slot);
  return { tee: "simulated", handoverKey, challenge, evidence: utf8(JSON.stringify(said)) };
};
const NONE = { kind: "none" } as const;

/** Slots 1 and 2 give slot 3's share again. */
const repair: RepairFile = {
  bridgeId: bridgeId(HELD),
  transcript: {
    custodyKey: KEY,
    grant: { slot: 3, publicPackage: publicPackageHash(PACKAGE), platform: undefined },
    receiver: partyOf(3, receiverReportData),
    helpers: [1, 2].map((slot) => ({ slot, platform: undefined, party: partyOf(slot, holderReportData) })),
  },
  publicPackage: PACKAGE,
  collateral: { receiver: NONE, helpers: [NONE, NONE] },
  nonces: undefined,
  splits: undefined,
  sums: undefined,
};
const { transcript } = repair;

const OURS = writeLonelyConfig(at("ours.json"), HELD);
const OTHERS = writeLonelyConfig(at("others.json"), exampleConfig);
const shown = async (file: RepairFile, config = OURS) => {
  writeRepair(at("file"), file);
  return runCommand("repair", "show", at("file"), "--config", config, "--offline");
};

describe("a repair's file", () => {
  it("is read as it was written: before and after nonces, splits and sums", () => {
    const nonces = [filled(32, 1), filled(32, 2)];
    const splits = nonces.map((point) => ({
      points: [point, point],
      boxes: [new Uint8Array(), filled(BOX_LENGTH, 1)],
    }));
    const sums = [filled(BOX_LENGTH, 3), filled(BOX_LENGTH, 4)];
    for (const one of [
      repair,
      { ...repair, nonces },
      { ...repair, nonces, splits },
      { ...repair, nonces, splits, sums },
    ])
      expect(parseRepair(JSON.parse(JSON.stringify(formatRepair(one))))).toEqual(one);
  });

  it("has the public package that its grant names", () => {
    const other = formatRepair({ ...repair, publicPackage: { ...PACKAGE, roll: filled(32, 9) } });
    expect(outcome(() => parseRepair(other))).toBe("config/repair");
    expect(outcome(() => parseRepair("file"))).toBe("config/repair");
  });

  it("is found in a guardian's phrase", () => {
    expect(repairFileIn(" repair  my file.json ")).toBe("my file.json");
    for (const phrase of ["repair", "repair ", "repairs x", "handover x"]) expect(repairFileIn(phrase)).toBeUndefined();
  });
});

describe("pdiem repair", () => {
  it("shows who gives what to whom, each of its slot's class", async () => {
    const { code, out, err } = await shown(repair);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`Repair 0x${toHex(transcriptOf(HELD, transcript))}`);
    expect(out).toContain("slot 3's share");
    expect(out).toMatch(/slot 1's enclave[\s\S]*slot 2's enclave/);
    expect(out.match(/ACCEPTED/g)).toHaveLength(3);
  });

  it.each<[string, RegExp, RepairFile["transcript"]]>([
    ["a receiver of another class", /^evidence\//, { ...transcript, receiver: partyOf(3, receiverReportData, 1) }],
    [
      "a receiver that shows a holder's evidence",
      /^evidence\//,
      { ...transcript, receiver: partyOf(3, holderReportData) },
    ],
    [
      "other challenges than the evidence answers",
      /^evidence\//,
      { ...transcript, receiver: { ...transcript.receiver, challenge: filled(32, 9) } },
    ],
    [
      "a machine that no evidence names",
      /^handover\/platform/,
      { ...transcript, grant: { ...transcript.grant, platform: filled(16, 9) } },
    ],
  ])("refuses %s, once all is told", async (_, code, changed) => {
    expect(await shown({ ...repair, transcript: changed })).toMatchObject({
      code: 1,
      out: expect.stringContaining("Repair 0x"),
      err: expect.stringMatching(code),
    });
  });

  it("has nothing to do with another bridge's file, nor without holders, and says what is missing", async () => {
    expect(await shown(repair, OTHERS)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^handover\/other-bridge/),
    });
    const run = ["run", at("file"), "--to", "http://127.0.0.1:1", "--checkpoint", at("none")];
    expect(await runCommand("repair", ...run, "--config", OTHERS)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^repair\/no-holders/),
    });
    const propose = ["propose", "--to", "http://127.0.0.1:1", "--out", at("new"), "--config", OURS];
    expect(await runCommand("repair", ...propose)).toMatchObject({ code: 2 });
    expect(await runCommand("repair", ...propose, "--slot", "3")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^enclave\/unreachable/),
    });
  });
});
