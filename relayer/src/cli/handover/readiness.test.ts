import type { Action } from "@pdiem/bridge/governance/decision";
import { deriveInForce } from "@pdiem/bridge/governance/in-force";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { isPdiemError } from "@pdiem/light-client/error";
import { expect, it } from "vitest";
import { checkDecided } from "./readiness.js";

const DELAY = exampleConfig.decisionDelay;
const TRANSCRIPT = filled(32, 0xab);
const HAND_OVER: Action = { type: "handover", value: { transcript: TRANSCRIPT } };
const PAUSE: Action = { type: "pause", value: undefined };

/** After decisions at worked time 0. */
const outcome = (actions: readonly Action[], worked: bigint, frozen = false): string => {
  const settled = actions.map((action, i) => {
    const decision = { number: BigInt(i), previous: filled(32, 0), until: 0n, action };
    return { decision, time: BigInt(i), worked: 0n, thawed: false };
  });
  const governance = deriveInForce(exampleConfig, settled, { time: 10n * DELAY, worked });
  try {
    checkDecided({ governance, worked, frozen }, TRANSCRIPT);
    return "ready";
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    expect(error.retry).toBe("later");
    return `${error.code}: ${error.message}`;
  }
};

it("is ready once its delay of worked time is over", () => {
  expect(outcome([HAND_OVER], DELAY)).toBe("ready");
});

it("tells how much worked time is left", () => {
  expect(outcome([HAND_OVER], DELAY - 10_800_000n)).toMatch(/^handover\/delayed: .* in 3 h of worked time/);
});

it("isn't ready by a decision about another hand-over", () => {
  const other: Action = { type: "handover", value: { transcript: filled(32, 1) } };
  expect(outcome([other], DELAY)).toMatch(/^handover\/undecided: /);
});

it("isn't ready while paused or frozen, whatever was decided", () => {
  expect(outcome([HAND_OVER, PAUSE], DELAY)).toMatch(/^handover\/paused: /);
  expect(outcome([HAND_OVER], DELAY, true)).toMatch(/^handover\/frozen: /);
});
