import { filled } from "@pdiem/bridge/testing/config";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import type { HandoverFile } from "./file.js";
import {
  exampleHandOver,
  foreignHandOver,
  handOverOf,
  simulatedConfig,
  swappedHandOver,
} from "./testing/example-hand-over.js";
import { checkAccepted, describeHandover, judge, type Rules, transcriptOf } from "./verdict.js";

const { measurements } = simulatedConfig;
const rules: Rules = { config: simulatedConfig, measurements, now: 1_800_000_000_000 };
const ANOTHER = filled(32, 99);

const refusals = (given: HandoverFile, by: Rules = rules): readonly (string | undefined)[] => {
  const { giver, receiver } = judge(by, given);
  return [giver, receiver].map((verdict) => (verdict instanceof EvidenceRefusal ? verdict.code : undefined));
};

const told = (given: HandoverFile): string => describeHandover(simulatedConfig, given, judge(rules, given)).join("\n");

describe("both sides of a hand-over", () => {
  it("are accepted where each runs admitted code and speaks for this hand-over", () => {
    expect(() => checkAccepted(judge(rules, exampleHandOver))).not.toThrow();
    const text = told(exampleHandOver);
    expect(text).toContain(`Hand-over 0x${toHex(transcriptOf(simulatedConfig, exampleHandOver.transcript))}`);
    expect(text).toContain(`of the key 0x${toHex(exampleHandOver.transcript.custodyKey)}`);
    expect(text.match(/ACCEPTED/g)).toHaveLength(2);
    expect(text).toContain("51".repeat(32));
  });

  it("are refused in the other's place: who is to get the key doesn't pass for a holder, nor the other way round", () => {
    expect(refusals(swappedHandOver)).toEqual(["evidence/policy-report-data", "evidence/policy-report-data"]);
  });

  it("are refused with another key, challenge or bridge than their evidence speaks for", () => {
    const { giver, receiver } = exampleHandOver.transcript;
    const otherChallenge = handOverOf({ ...giver, challenge: ANOTHER }, receiver);
    expect(refusals(otherChallenge)).toEqual(["evidence/policy-report-data", undefined]);
    const otherKey = handOverOf(giver, { ...receiver, handoverKey: ANOTHER });
    expect(refusals(otherKey)).toEqual([undefined, "evidence/policy-report-data"]);
    const elsewhere = { ...simulatedConfig, batchInterval: simulatedConfig.batchInterval + 1n };
    expect(refusals(exampleHandOver, { ...rules, config: elsewhere })).toEqual([
      "evidence/policy-report-data",
      "evidence/policy-report-data",
    ]);
  });

  it("are refused once their measurement isn't in force, each by itself", () => {
    expect(refusals(foreignHandOver)).toEqual([undefined, "evidence/policy-measurements"]);
    expect(() => checkAccepted(judge(rules, foreignHandOver))).toThrow(EvidenceRefusal);
    expect(told(foreignHandOver)).toMatch(/ACCEPTED[\s\S]*REFUSED/);
  });
});
