import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import {
  decided,
  EXAMPLE_ID,
  GUARDIAN_SEEDS,
  PAUSE,
  settleIn,
  sign,
  THAW,
  UNGOVERNED,
  worldAfter,
} from "@pdiem/bridge/testing/guardians";
import { refusal } from "@pdiem/bridge/testing/refusal";
import { describe, expect, it } from "vitest";
import { settledDecisionsJson, signedDecisionsJson } from "../json/governance-json.js";
import {
  addSignature,
  completeDecision,
  type DecisionPlace,
  formatDecisionFile,
  mergeDecisionFiles,
  parseDecisionFile,
  proposeDecision,
} from "./decision-file.js";

const [one, two] = GUARDIAN_SEEDS;
if (one === undefined || two === undefined) throw new Error("expected two guardians");
const { ledger } = UNGOVERNED;
const place: DecisionPlace = { decisions: ledger.decisions, until: ledger.time + 7_200_000n };
const proposed = proposeDecision(EXAMPLE_ID, place, PAUSE);
const { guardians } = exampleConfig;
const complete = (file: typeof proposed) => refusal(() => completeDecision(guardians, file));

describe("a decision's file", () => {
  it("goes from guardian to guardian as JSON, and is then taken up", () => {
    const first = JSON.parse(JSON.stringify(formatDecisionFile(addSignature(proposed, one))));
    const second = JSON.parse(JSON.stringify(formatDecisionFile(addSignature(parseDecisionFile(first), two))));
    const signed = completeDecision(guardians, parseDecisionFile(second));
    expect(settleIn(worldAfter(UNGOVERNED), UNGOVERNED, [signed]).ledger.decisions.count).toBe(1n);
  });

  it("is put together from files that were signed apart, in any order", () => {
    const [a, b] = [addSignature(proposed, one), addSignature(proposed, two)];
    expect(mergeDecisionFiles(a, b)).toEqual(mergeDecisionFiles(b, a, a));
    expect(complete(mergeDecisionFiles(a, b, proposed))).toBeUndefined();
    expect(complete(mergeDecisionFiles(a, a))).toBe("proof/guardian-threshold");
    expect(addSignature(a, one)).toEqual(a);
  });

  it("isn't put together with another decision's or bridge's, or with a forged signature", () => {
    const signed = addSignature(proposed, one);
    for (const other of [
      proposeDecision(EXAMPLE_ID, place, THAW),
      proposeDecision(filled(32, 1), place, PAUSE),
      proposeDecision(EXAMPLE_ID, { ...place, before: 1 }, PAUSE),
    ])
      expect(refusal(() => mergeDecisionFiles(signed, other))).toBe("refused/another-decision");
    const stolen = { ...proposeDecision(EXAMPLE_ID, place, THAW), signatures: signed.signatures };
    expect(refusal(() => mergeDecisionFiles(stolen))).toBe("proof/guardian-signature");
    expect(complete(stolen)).toBe("proof/guardian-signature");
    expect(complete(addSignature(signed, filled(32, 0x55)))).toBe("proof/unknown-guardian");
  });

  it.each([
    ["no object", []],
    ["a missing field", { bridgeId: `0x${"00".repeat(32)}`, signatures: [] }],
    ["a decision that isn't one", { ...Object(formatDecisionFile(proposed)), decision: "0x00" }],
    ["a field more", { ...Object(formatDecisionFile(proposed)), note: "" }],
  ])("isn't read with %s", (_, value) => {
    expect(refusal(() => parseDecisionFile(value))).toMatch(/^decode\//);
  });
});

describe("decisions in requests", () => {
  it("are the same after a round through JSON", () => {
    const signed = decided(UNGOVERNED, PAUSE, THAW).map((decision) => sign(decision));
    expect(signedDecisionsJson.parse(signedDecisionsJson.format(signed), "proposed")).toEqual(signed);
    const settled = signed.map(({ decision }) => ({ decision, time: 1n, worked: 2n, thawed: true }));
    expect(settledDecisionsJson.parse(settledDecisionsJson.format(settled), "decisions")).toEqual(settled);
    expect(settledDecisionsJson.format([])).toBe("0x00");
  });
});
