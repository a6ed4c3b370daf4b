import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { decideIn } from "@pdiem/bridge/testing/decisions";
import { EXAMPLE_ID, GUARDIAN_SEEDS, PAUSE, THAW, UNGOVERNED, worldAfter } from "@pdiem/bridge/testing/guardians";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
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
const { ledger, governance } = UNGOVERNED;
const place: DecisionPlace = { governance, until: ledger.time + 7_200_000n };
const proposed = proposeDecision(EXAMPLE_ID, place, PAUSE);
const { guardians } = exampleConfig;
const complete = (file: typeof proposed) => outcome(() => completeDecision(guardians, file));

describe("a decision's file", () => {
  it("goes from guardian to guardian as JSON, and is then taken", () => {
    const first = JSON.parse(JSON.stringify(formatDecisionFile(addSignature(proposed, one))));
    const second = JSON.parse(JSON.stringify(formatDecisionFile(addSignature(parseDecisionFile(first), two))));
    const signed = completeDecision(guardians, parseDecisionFile(second));
    const { entry } = decideIn(worldAfter(UNGOVERNED), UNGOVERNED, signed);
    expect(entry.governance?.state).toMatchObject({ count: 1n, paused: true });
  });

  it("is put together from files that were signed apart, in any order", () => {
    const [a, b] = [addSignature(proposed, one), addSignature(proposed, two)];
    expect(mergeDecisionFiles(a, b)).toEqual(mergeDecisionFiles(b, a, a));
    expect(complete(mergeDecisionFiles(a, b, proposed))).toBe("accepted");
    expect(complete(mergeDecisionFiles(a, a))).toBe("proof/guardian-threshold");
    expect(addSignature(a, one)).toEqual(a);
  });

  it("isn't put together with another decision's or bridge's, or with a forged signature", () => {
    const signed = addSignature(proposed, one);
    for (const other of [
      proposeDecision(EXAMPLE_ID, place, THAW),
      proposeDecision(filled(32, 1), place, PAUSE),
      proposeDecision(EXAMPLE_ID, { ...place, until: place.until + 1n }, PAUSE),
      proposeDecision(EXAMPLE_ID, place, PAUSE, PAUSE),
    ])
      expect(outcome(() => mergeDecisionFiles(signed, other))).toBe("refused/another-decision");
    const stolen = { ...proposeDecision(EXAMPLE_ID, place, THAW), signatures: signed.signatures };
    expect(outcome(() => mergeDecisionFiles(stolen))).toBe("proof/guardian-signature");
    expect(complete(stolen)).toBe("proof/guardian-signature");
    expect(complete(addSignature(signed, filled(32, 0x55)))).toBe("proof/unknown-guardian");
  });

  it.each([
    ["no object", []],
    ["a missing field", { bridgeId: `0x${"00".repeat(32)}`, signatures: [] }],
    ["a decision that isn't one", { ...Object(formatDecisionFile(proposed)), decision: "0x00" }],
    ["a field more", { ...Object(formatDecisionFile(proposed)), note: "" }],
  ])("isn't read with %s", (_, value) => {
    expect(outcome(() => parseDecisionFile(value))).toMatch(/^decode\//);
  });
});

describe("PROTOCOL 6: a decision about other guardians", () => {
  const seeds = [filled(32, 41), filled(32, 42)];
  const others = { keys: seeds.map(publicKeyOf), threshold: 2, freezer: filled(32, 0x21) };
  const change = proposeDecision(EXAMPLE_ID, place, { type: "guardians", value: others });

  it("needs the threshold of the new ones, too", () => {
    const byOld = GUARDIAN_SEEDS.reduce(addSignature, change);
    expect(complete(byOld)).toBe("proof/guardian-threshold");
    expect(complete(seeds.slice(0, 1).reduce(addSignature, byOld))).toBe("proof/guardian-threshold");
    expect(complete(seeds.reduce(addSignature, byOld))).toBe("accepted");
    expect(complete(seeds.reduce(addSignature, change))).toBe("proof/guardian-threshold");
  });
});
