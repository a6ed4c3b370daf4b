import { bridgeId } from "@pdiem/bridge/config";
import { holderReportData, receiverReportData } from "@pdiem/bridge/report-data";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import type { Hex, Party } from "@pdiem/enclave/api";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import type { HandoverFile } from "./file.js";
import { checkAccepted, describeHandover, judge, type Rules, transcriptOf } from "./verdict.js";

const MEASUREMENT = { tee: "simulated", value: filled(32, 0x51) };
const CUSTODY_KEY: Hex = `0x${toHex(filled(32, 2))}`;
const config = { ...exampleConfig, measurements: [MEASUREMENT] };
const rules: Rules = { config, measurements: [MEASUREMENT], now: 1_800_000_000_000 };

const hex = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`;

/** A simulated enclave's evidence. */
const party = (reportData: typeof holderReportData, mark: number, measurement = MEASUREMENT.value): Party => {
  const handoverKey = filled(32, mark);
  const challenge = filled(32, mark + 1);
  const said = reportData({ bridgeId: bridgeId(config), custodyKey: fromHex(CUSTODY_KEY), handoverKey, challenge });
  const padded = `${toHex(said)}${"00".repeat(32)}`;
  const evidence = utf8(JSON.stringify({ measurement: toHex(measurement), reportData: padded }));
  return { tee: "simulated", handoverKey: hex(handoverKey), challenge: hex(challenge), evidence: hex(evidence) };
};

const file = (giver: Party, receiver: Party): HandoverFile => ({
  bridgeId: hex(bridgeId(config)),
  transcript: { custodyKey: CUSTODY_KEY, giver, receiver },
  collateral: { giver: { kind: "none" }, receiver: { kind: "none" } },
});

const good = file(party(holderReportData, 10), party(receiverReportData, 20));

const refusals = (given: HandoverFile, by: Rules = rules): readonly (string | undefined)[] => {
  const { giver, receiver } = judge(by, given);
  return [giver, receiver].map((verdict) => (verdict instanceof EvidenceRefusal ? verdict.code : undefined));
};

describe("both sides of a hand-over", () => {
  it("are accepted where each is admitted code and speaks for this hand-over", () => {
    const judgement = judge(rules, good);
    expect(() => checkAccepted(judgement)).not.toThrow();
    const text = describeHandover(config, good, judgement).join("\n");
    expect(text).toContain(`Hand-over 0x${toHex(transcriptOf(config, good.transcript))}`);
    expect(text).toContain(`of the key ${CUSTODY_KEY}`);
    expect(text.match(/ACCEPTED/g)).toHaveLength(2);
    expect(text).toContain(toHex(MEASUREMENT.value));
  });

  it("are refused in the other's place: who is to get the key doesn't pass for a holder, nor the other way round", () => {
    const swapped = file(party(receiverReportData, 10), party(holderReportData, 20));
    expect(refusals(swapped)).toEqual(["evidence/policy-report-data", "evidence/policy-report-data"]);
  });

  it("are refused with another key, challenge or bridge than their evidence speaks for", () => {
    const { giver, receiver } = good.transcript;
    const other = hex(filled(32, 99));
    expect(refusals(file({ ...giver, challenge: other }, receiver))).toEqual([
      "evidence/policy-report-data",
      undefined,
    ]);
    expect(refusals(file(giver, { ...receiver, handoverKey: other }))).toEqual([
      undefined,
      "evidence/policy-report-data",
    ]);
    const elsewhere = { ...rules, config: { ...config, batchInterval: config.batchInterval + 1n } };
    expect(refusals(good, elsewhere)).toEqual(["evidence/policy-report-data", "evidence/policy-report-data"]);
  });

  it("are refused once their measurement isn't in force, each by itself", () => {
    const retired = file(party(holderReportData, 10), party(receiverReportData, 20, filled(32, 0x52)));
    expect(refusals(retired)).toEqual([undefined, "evidence/policy-measurements"]);
    expect(() => checkAccepted(judge(rules, retired))).toThrow(EvidenceRefusal);
    const text = describeHandover(config, retired, judge(rules, retired)).join("\n");
    expect(text).toMatch(/ACCEPTED[\s\S]*REFUSED/);
  });
});
