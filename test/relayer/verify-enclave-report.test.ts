import type { Action } from "@pdiem/bridge/governance/action";
import { filled } from "@pdiem/bridge/testing/config";
import { replayRuntimeEvents } from "@pdiem/bridge-client/attestation/runtime-events";
import { utf8 } from "@pdiem/light-client/bytes";
import { examine } from "@pdiem/relayer/cli/verify-enclave/examine";
import { reportOf, reportText } from "@pdiem/relayer/cli/verify-enclave/report";
import { describeRuntimeEvents } from "@pdiem/relayer/cli/verify-enclave/runtime-events";
import { describe, expect, it } from "vitest";
import { attestedConfig, type GenuineKind } from "./support/attested-bridge.js";
import { CHALLENGE, examinationOf, JUST_NOW, LONG_AGO, retireSgx, settled, shownBy } from "./support/examination.js";

describe("the report", () => {
  it("has one line a check, with what was expected and what came", () => {
    const examination = examinationOf({
      decisions: [settled(retireSgx, JUST_NOW)],
      change: ({ diem }) => {
        diem.custody = { ...diem.custody, frozen: true };
      },
    });
    const findings = examine(examination);
    const text = reportText(reportOf(examination, findings));
    const lines = text.split("\n");
    for (const { name } of findings.checks)
      expect(lines.filter((line) => line.includes(`  ${name}: `))).toHaveLength(1);
    expect(text).toContain("FAILED     custody: expected not frozen; came frozen");
    expect(text).toContain("IN FORCE IN 1 d 1 h of active time, unless it is cancelled before.");
    expect(lines.at(-1)).toMatch(/^FAILS: /);
  });

  it("says what to do about each check that failed, under its line", async () => {
    const { evidence } = await shownBy("tdx", attestedConfig, CHALLENGE, { isDebug: true });
    const examination = examinationOf({ kind: "tdx", shown: { evidence, custodyKey: filled(32, 1) } });
    const report = reportOf(examination, examine(examination));
    const failed = report.checks.filter(({ outcome }) => outcome === "failed");
    expect(failed.length).toBeGreaterThan(5);
    for (const { name, advice } of failed) expect([name, advice]).toEqual([name, expect.stringMatching(/.{20}/)]);
    expect(report.checks.filter(({ outcome, advice }) => outcome !== "failed" && advice !== undefined)).toEqual([]);
    const lines = reportText(report).split("\n");
    expect(lines[lines.findIndex((line) => line.includes("evidence/policy-debug")) + 1]).toMatch(
      /^ +what to do: .*take it for leaked/,
    );
  });

  it("tells of a genuine machine what its vendor says of it", () => {
    const told = (kind: GenuineKind) => {
      const { checks } = examine(examinationOf({ kind }));
      return checks.find(({ name }) => name === "TEE")?.found;
    };
    expect(told("sgx")).toMatch(
      /^Intel SGX, UpToDate by Intel's evaluation 17, platform [0-9a-f]{32}, holds until 2026-/,
    );
    expect(told("sev-snp")).toMatch(/^AMD SEV-SNP, firmware at the configuration's minimum or above, platform /);
  });

  it("tells who may hold the key beside this enclave, by every hand-over that was in force", () => {
    const handOver: Action = { type: "handover", value: { transcript: filled(32, 0x40) } };
    const holders = (time: bigint) => {
      const examination = examinationOf({ decisions: [settled(handOver, time)] });
      return reportOf(examination, examine(examination));
    };
    const { holders: lines } = holders(LONG_AGO);
    expect(lines[0]).toMatch(/^Before genesis, the enclave that made the key/);
    expect(lines[1]).toMatch(/^Hand-over 0x4040.*IN FORCE: the enclave that it names may hold the key by now$/);
    expect(reportText(holders(LONG_AGO))).toContain("Who may hold the key beside this enclave:");
    expect(holders(JUST_NOW).holders[1]).toContain("nobody has the key by it yet");
  });

  it("tells what makes up RTMR3 where an event log leads to its value, and nothing where it doesn't", () => {
    const log = [{ imr: 3, event_type: 0x08000001, event: "compose-hash", event_payload: "c0".repeat(32) }];
    const supplement = utf8(JSON.stringify(log));
    const { rtmr3 } = replayRuntimeEvents(supplement);
    const { verified } = examine(examinationOf({ kind: "tdx" }));
    if (verified === undefined) throw new Error("expected verified evidence");
    const measured = { ...verified, measurements: { ...verified.measurements, rtmr3 } };
    expect(describeRuntimeEvents(measured, supplement)).toEqual([`compose-hash 0x${"c0".repeat(32)}`]);
    expect(describeRuntimeEvents(verified, supplement)).toEqual([]);
    expect(describeRuntimeEvents(measured, utf8("["))).toEqual([]);
  });

  it("can't command a terminal, whatever the enclave says", () => {
    const hostile = "sgx\u001b[2J\nok         TEE: fine";
    const examination = examinationOf({ shown: { tee: hostile } });
    const text = reportText(reportOf(examination, examine(examination)));
    expect(text).not.toContain("\u001b");
    expect(text.split("\n").filter((one) => one.startsWith("ok         TEE"))).toEqual([]);
    expect(text).toContain("FAILED     TEE: ");
  });
});
