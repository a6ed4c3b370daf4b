import type { Action } from "@pdiem/bridge/governance/action";
import { foldDue } from "@pdiem/bridge/governance/fold-due";
import { type GovernanceState, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { takeDecision } from "@pdiem/bridge/governance/take-decision";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { PAUSE } from "@pdiem/bridge/testing/guardians";
import { isPdiemError } from "@pdiem/light-client/error";
import { expect, it } from "vitest";
import { checkDecided } from "./readiness.js";

/** With nothing minted everybody can leave within a window: an hour. */
const DELAY = exampleConfig.decisionDelay + 3_600_000n;
const TRANSCRIPT = filled(32, 0xab);
const HAND_OVER: Action = { type: "handover", value: { transcript: TRANSCRIPT } };

const decidedAtFirst = (action: Action): GovernanceState =>
  takeDecision(
    exampleConfig,
    initialGovernance(exampleConfig),
    { actions: [action] },
    { active: 0n, isFrozen: false, supplies: [0n, 0n] },
  );

const outcome = (state: GovernanceState, active: bigint, isFrozen = false): string => {
  try {
    checkDecided({ governance: foldDue(exampleConfig, state, active), active, isFrozen }, TRANSCRIPT);
    return "ready";
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    expect(error.retry).toBe("later");
    return `${error.code}: ${error.message}`;
  }
};

const decided = decidedAtFirst(HAND_OVER);

it("is ready once its delay of active time is over", () => {
  expect(outcome(decided, DELAY)).toBe("ready");
});

it("tells how much active time is left", () => {
  expect(outcome(decided, DELAY - 10_800_000n)).toMatch(/^handover\/delayed: .* in 3 h of active time/);
});

it("isn't ready by a decision about another hand-over", () => {
  const other = decidedAtFirst({ type: "handover", value: { transcript: filled(32, 1) } });
  expect(outcome(other, DELAY)).toMatch(/^handover\/undecided: /);
});

it("isn't ready while paused or frozen, whatever was decided", () => {
  const point = { active: DELAY, isFrozen: false, supplies: [0n, 0n] };
  expect(outcome(takeDecision(exampleConfig, decided, { actions: [PAUSE] }, point), DELAY)).toMatch(
    /^handover\/paused: /,
  );
  expect(outcome(decided, DELAY, true)).toMatch(/^handover\/frozen: /);
});
