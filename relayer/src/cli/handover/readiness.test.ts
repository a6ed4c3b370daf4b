import type { Action } from "@pdiem/bridge/governance/action";
import { foldDue } from "@pdiem/bridge/governance/fold-due";
import { type GovernanceState, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { takeDecision } from "@pdiem/bridge/governance/take-decision";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { PAUSE } from "@pdiem/bridge/testing/guardians";
import { thrownBy } from "@pdiem/light-client/testing/outcome";
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

const verdict = (state: GovernanceState, active: bigint, isFrozen = false): string => {
  const governed = { governance: foldDue(exampleConfig, state, active), active, isFrozen };
  const error = thrownBy(() => checkDecided(governed, TRANSCRIPT));
  if (error === undefined) return "ready";
  expect(error.retry).toBe("later");
  return `${error.code}: ${error.message}`;
};

const decided = decidedAtFirst(HAND_OVER);

it("is ready once its delay of active time is over", () => {
  expect(verdict(decided, DELAY)).toBe("ready");
});

it("tells how much active time is left", () => {
  expect(verdict(decided, DELAY - 10_800_000n)).toMatch(/^handover\/delayed: .* in 3 h of active time/);
});

it("isn't ready by a decision about another hand-over", () => {
  const other = decidedAtFirst({ type: "handover", value: { transcript: filled(32, 1) } });
  expect(verdict(other, DELAY)).toMatch(/^handover\/undecided: /);
});

it("isn't ready while paused or frozen, whatever was decided", () => {
  const point = { active: DELAY, isFrozen: false, supplies: [0n, 0n] };
  expect(verdict(takeDecision(exampleConfig, decided, { actions: [PAUSE] }, point), DELAY)).toMatch(
    /^handover\/paused: /,
  );
  expect(verdict(decided, DELAY, true)).toMatch(/^handover\/frozen: /);
});
