/** PROTOCOL 7a: no machine is given two slots' shares, by configuration, ceremony or decision. */
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { Action } from "../governance/action.js";
import { foldDue } from "../governance/fold-due.js";
import { type GovernanceState, initialGovernance } from "../governance/governance-state.js";
import { takeDecision } from "../governance/take-decision.js";
import { handoverIn } from "../handover/admission.js";
import { exampleConfig, filled } from "../testing/config.js";
import { PAUSE } from "../testing/guardians.js";
import { HELD_BY_THREE } from "../testing/holders.js";
import { MAX_PLATFORMS } from "./platforms.js";

/** Three of these slots sign; nothing here needs measurements to fit. */
const config: BridgeConfig = {
  ...exampleConfig,
  measurements: [{ tee: "sgx", value: filled(32, 1) }],
  holders: {
    threshold: 2,
    classes: ["a", "b", "c"].map((name) => ({ name, tees: [], simulated: [] })),
    slots: ["a", "b", "c"],
  },
};
const share = (slot: number, platform: number | undefined, transcript = slot): Action => ({
  type: "share",
  value: {
    transcript: filled(32, transcript),
    grant: {
      slot,
      publicPackage: filled(32, 0x70),
      platform: platform === undefined ? undefined : filled(16, platform),
    },
  },
});

const AT = { active: 0n, isFrozen: false, supplies: exampleConfig.currencies.map(() => 0n) };
const decide = (state: GovernanceState, ...actions: readonly Action[]): GovernanceState =>
  takeDecision(config, state, { actions }, AT);
const due = (state: GovernanceState): GovernanceState => foldDue(config, state, 2n ** 60n);
const START = initialGovernance(config);

describe("a decision about a share", () => {
  it("once due, is in force by what it names, and its machine is its slot's", () => {
    const action = share(2, 5);
    const state = due(decide(START, action));
    expect(state.handovers).toEqual([handoverIn(action)]);
    expect(state.platforms).toEqual([[], [filled(16, 5)], []]);
    expect(due(decide(state, share(2, 5, 9))).platforms).toEqual(state.platforms);
  });

  it("is refused for a machine that a decision has given another slot, also after a pause", () => {
    const state = due(decide(START, share(2, 5)));
    for (const before of [state, decide(state, PAUSE)]) {
      expect(outcome(() => decide(before, share(3, 5)))).toBe("refused/platform-of-another-slot");
      expect(outcome(() => decide(before, share(2, 5, 8)))).toBe("accepted");
      expect(outcome(() => decide(before, share(3, 6)))).toBe("accepted");
    }
  });

  it("is refused for a machine that a delayed one before it gives another slot", () => {
    const state = decide(START, share(2, 5));
    expect(outcome(() => decide(state, share(3, 5)))).toBe("refused/platform-of-another-slot");
    expect(outcome(() => decide(START, share(2, 5), share(1, 5)))).toBe("refused/platform-of-another-slot");
    const paused = decide(state, PAUSE);
    expect(outcome(() => decide(paused, share(3, 5)))).toBe("accepted");
  });

  it("forgets a slot's oldest machine beyond eight", () => {
    const state = Array.from({ length: MAX_PLATFORMS + 1 }, (_, i) => share(2, 10 + i, i)).reduce(
      (before, action) => due(decide(before, action)),
      START,
    );
    expect(state.platforms[1]).toHaveLength(MAX_PLATFORMS);
    expect(outcome(() => decide(state, share(3, 11)))).toBe("refused/platform-of-another-slot");
    expect(outcome(() => decide(state, share(3, 10)))).toBe("accepted");
  });

  it("is of a slot that there is, names a machine unless simulated, and stands for no whole key", () => {
    for (const slot of [0, 4]) expect(outcome(() => decide(START, share(slot, 5)))).toBe("refused/grant");
    expect(outcome(() => decide(START, share(1, undefined)))).toBe("refused/grant");
    const whole: Action = { type: "handover", value: { transcript: filled(32, 1) } };
    expect(outcome(() => decide(START, whole))).toBe("refused/grant");
    const alone = (action: Action) =>
      outcome(() => takeDecision(exampleConfig, initialGovernance(exampleConfig), { actions: [action] }, AT));
    expect(alone(whole)).toBe("accepted");
    expect(alone(share(1, 5))).toBe("refused/grant");
    const simulated = (action: Action) =>
      outcome(() => takeDecision(HELD_BY_THREE, initialGovernance(HELD_BY_THREE), { actions: [action] }, AT));
    expect(simulated(share(1, undefined))).toBe("accepted");
    expect(simulated(share(1, 5))).toBe("refused/grant");
  });
});
