import { describe, expect, it } from "vitest";
import { bridgeId } from "../config/bridge-config.js";
import type { Measurement } from "../config/measurement.js";
import { genuineConfig, SGX, SNP } from "../testing/attestation.js";
import { exampleConfig, filled } from "../testing/config.js";
import { decided, sign, UNGOVERNED } from "../testing/guardians.js";
import { refusal } from "../testing/refusal.js";
import { checkDecision } from "./acceptance.js";
import type { Action } from "./decision.js";
import { inForceAtFirst } from "./in-force.js";
import { NO_SETS } from "./misbehaviour.js";

const rule = (measurement: Measurement, isAllowed = true): Action => ({
  type: "measurement",
  value: { measurement, isAllowed },
});

/** What a decision is refused with by guardians of a configuration for genuine TEEs. */
const refusalOf = (action: Action, attestation = genuineConfig.attestation) => {
  const before = inForceAtFirst(genuineConfig);
  const { ledger } = UNGOVERNED;
  const [decision] = decided(UNGOVERNED, action);
  if (decision === undefined) throw new Error("expected a decision");
  const basis = {
    bridgeId: bridgeId(exampleConfig),
    attestation,
    decisions: ledger.decisions,
    time: ledger.time,
    before,
    isFrozen: false,
    sets: NO_SETS,
  };
  return refusal(() => checkDecision(basis, before, sign(decision), 0n));
};

describe("a decision on measurements of genuine TEEs", () => {
  it("may allow others of a TEE that something is asked of", () => {
    expect(refusalOf(rule({ ...SGX, value: filled(32, 7) }))).toBeUndefined();
    expect(refusalOf(rule({ ...SNP, value: filled(48, 7) }))).toBeUndefined();
  });

  it("can't allow a TEE that nothing is asked of, but retire it", () => {
    const attestation = { ...genuineConfig.attestation, sevSnp: undefined };
    expect(refusalOf(rule({ ...SNP, value: filled(48, 7) }), attestation)).toBe("refused/config-attestation");
    expect(refusalOf(rule(SNP, false), attestation)).toBeUndefined();
  });

  it("can't allow a simulated TEE beside them", () => {
    expect(refusalOf(rule({ tee: "simulated", value: filled(32, 7) }))).toBe("refused/mixed-measurements");
  });

  it("can't allow a value that isn't of the TEE's form", () => {
    expect(refusalOf(rule({ ...SGX, value: filled(48, 7) }))).toBe("refused/config-measurements");
    expect(refusalOf(rule({ tee: "nitro", value: filled(48, 7) }))).toBe("refused/config-measurements");
  });
});
