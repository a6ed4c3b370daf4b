import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled, HOUR } from "../testing/config.js";
import { PAUSE, RESUME, THAW } from "../testing/guardians.js";
import { HELD_BY_THREE } from "../testing/holders.js";
import type { Action } from "./action.js";
import { foldDue } from "./fold-due.js";
import { type GovernanceState, initialGovernance } from "./governance-state.js";
import { type DecisionPoint, takeDecision } from "./take-decision.js";

const START = initialGovernance(exampleConfig);
const DELAY = exampleConfig.decisionDelay;
const OTHERS = { keys: [filled(32, 20), filled(32, 21)].map(publicKeyOf), threshold: 2, freezer: filled(32, 0x21) };
const AT: DecisionPoint = { active: 1_000n, isFrozen: false, supplies: [0n, 0n] };
const FROZEN: DecisionPoint = { ...AT, isFrozen: true };

const windows = (mint: bigint, release = mint, refund = mint, currency = "XUS"): Action => ({
  type: "windows",
  value: { currency, mint, release, refund },
});
const bounds = (minimum: bigint, maximum: bigint, currency = "XUS"): Action => ({
  type: "bounds",
  value: { currency, minimum, maximum },
});
const measure = (byte: number, isAllowed = true): Action => ({
  type: "measurement",
  value: { measurement: { tee: "simulated", value: filled(32, byte) }, isAllowed },
});
const handover = (byte = 1): Action => ({ type: "handover", value: { transcript: filled(32, byte) } });
const guardians: Action = { type: "guardians", value: OTHERS };
const misbehaviour: Action = {
  type: "misbehaviour",
  value: { culprits: [{ type: "diem", value: 7n }], evidence: filled(32, 1) },
};
const LOWER = windows(12_000n);
const HIGHER = windows(16_000n);

const take = (state: GovernanceState, actions: readonly Action[], at = AT) =>
  takeDecision(exampleConfig, state, { actions }, at);
const refused = (state: GovernanceState, actions: readonly Action[], at = AT) =>
  outcome(() => take(state, actions, at));
const typesOf = ({ delayed }: GovernanceState) => delayed.map(({ action }) => action.type);
const PAUSED = take(START, [PAUSE]);

describe("PROTOCOL 6: what is in force at once", () => {
  it("stops, slows down, ends that, and nothing else", () => {
    expect(PAUSED).toEqual({ ...START, count: 1n, paused: true });
    expect(take(PAUSED, [RESUME])).toEqual({ ...START, count: 2n });
    expect(take(START, [{ type: "amnesty", value: true }]).amnesty).toBe(true);
    expect(take(START, [{ type: "freezer", value: filled(32, 5) }]).guardians).toEqual({
      ...START.guardians,
      freezer: filled(32, 5),
    });
    expect(take(START, [LOWER]).limits.currencies).toEqual([
      { ...START.limits.currencies[0], mint: 12_000n, release: 12_000n, refund: 12_000n },
      START.limits.currencies[1],
    ]);
  });

  it("is misbehaviour, too: it pauses, and the newest set of each chain is remembered", () => {
    expect(take(START, [misbehaviour])).toMatchObject({ paused: true, misbehaved: { diem: 7n, relay: undefined } });
  });

  it("is windows lowered, while raised ones wait, and some of both are refused", () => {
    expect(take(START, [windows(15_000n, 14_999n, 12_000n)]).limits.currencies[0]?.release).toBe(14_999n);
    const raised = take(START, [windows(15_000n, 15_001n, 12_000n)]);
    expect(raised.limits).toEqual(START.limits);
    expect(typesOf(raised)).toEqual(["windows"]);
    expect(refused(START, [windows(15_000n, 15_001n, 11_999n)])).toBe("refused/mixed-windows");
  });

  it("is held to the configuration's rules", () => {
    expect(refused(START, [windows(9_999n)])).toBe("refused/config-window");
    expect(refused(START, [windows(1n, 1n, 1n, "ABC")])).toBe("refused/unknown-currency");
    expect(refused(START, [{ type: "freezer", value: filled(32, 0) }])).toBe("refused/config-freezer");
  });
});

describe("PROTOCOL 6: delays", () => {
  const dueOf = (actions: readonly Action[], supplies: readonly bigint[], state = START) =>
    take(state, actions, { ...AT, supplies }).delayed.map(({ from, due }) => [from, due - AT.active]);

  it("of higher windows is the configuration's, from the ledger's active time on", () => {
    expect(dueOf([HIGHER], [1_000_000n, 0n])).toEqual([[1_000n, DELAY]]);
  });

  it.each<[string, Action]>([
    ["bounds", bounds(200n, 9_000n)],
    ["a measurement", measure(30)],
    ["its end", measure(30, false)],
    ["a batch's limits", { type: "batch", value: { calls: 100, bytes: 70_000 } }],
    ["guardians", guardians],
    ["a hand-over", handover()],
  ])("of %s lets the whole supply leave as well", (_, action) => {
    // ⌈30,001 / 15,000⌉ + 1 windows of an hour.
    expect(dueOf([action], [30_001n, 15_000n])).toEqual([[1_000n, DELAY + 4n * HOUR]]);
    expect(dueOf([action], [15_000n, 30_000n])).toEqual([[1_000n, DELAY + 3n * HOUR]]);
    expect(dueOf([action], [0n, 0n])).toEqual([[1_000n, DELAY + HOUR]]);
  });

  it("go by the windows as the decision's own actions at once leave them", () => {
    const squeeze = windows(10_000n);
    expect(dueOf([guardians, squeeze], [30_000n, 0n])).toEqual([[1_000n, DELAY + 4n * HOUR]]);
    expect(dueOf([guardians, HIGHER], [30_000n, 0n])[0]).toEqual([1_000n, DELAY + 3n * HOUR]);
  });

  it("that can't be written are refused", () => {
    expect(refused(START, [handover()], { ...AT, supplies: [2n ** 90n, 0n] })).toBe("refused/delay");
  });

  it("start anew where a newer action about the same thing replaces the older one", () => {
    const first = take(START, [handover(), measure(30), bounds(200n, 9_000n)]);
    const next = take(first, [measure(30, false), bounds(300n, 9_000n)], { ...AT, active: 5_000n });
    expect(next.delayed.map(({ action, from }) => [action, from])).toEqual([
      [handover(), 1_000n],
      [measure(30, false), 5_000n],
      [bounds(300n, 9_000n), 5_000n],
    ]);
  });
});

describe("PROTOCOL 6: what keeps users in cancels what is delayed", () => {
  const waiting = take(START, [handover(), guardians]);
  const [due = 0n] = waiting.delayed.map((one) => one.due);
  const late: DecisionPoint = { ...AT, active: due };

  it.each<[string, readonly Action[], DecisionPoint, string[]]>([
    ["a pause", [PAUSE], AT, []],
    ["misbehaviour", [misbehaviour], AT, []],
    ["a lowered window", [LOWER], AT, []],
    ["a freeze", [THAW], FROZEN, []],
    ["a freeze that is thawed and resumed at once", [THAW, RESUME], FROZEN, []],
    ["another Freezer account doesn't", [{ type: "freezer", value: filled(32, 5) }], AT, ["handover", "guardians"]],
    ["a raised window doesn't", [HIGHER], AT, ["handover", "guardians", "windows"]],
  ])("%s", (_, actions, at, left) => {
    expect(typesOf(take(waiting, actions, at))).toEqual(left);
  });

  it("but not what the same decision delays", () => {
    expect(typesOf(take(waiting, [measure(30), PAUSE]))).toEqual(["measurement"]);
    expect(typesOf(take(waiting, [measure(30), LOWER]))).toEqual(["measurement"]);
    expect(typesOf(take(waiting, [measure(30), THAW], FROZEN))).toEqual(["measurement"]);
  });

  it("nor what is due at the block: only hand-overs are taken back then, and only by a pause", () => {
    const transcript = filled(32, 1);
    expect(take(waiting, [LOWER], late)).toMatchObject({ guardians: OTHERS, handovers: [transcript], delayed: [] });
    expect(take(waiting, [PAUSE], late)).toMatchObject({ guardians: OTHERS, handovers: [], delayed: [] });
    expect(take(waiting, [misbehaviour], late)).toMatchObject({ guardians: OTHERS, handovers: [] });
    expect(take(waiting, [THAW], { ...late, isFrozen: true })).toMatchObject({ guardians: OTHERS, handovers: [] });
    const resumed = take(waiting, [THAW, RESUME], { ...late, isFrozen: true });
    expect(resumed).toMatchObject({ guardians: OTHERS, handovers: [transcript] });
  });
});

describe("PROTOCOL 6: at a frozen block", () => {
  it("any decision counts as a pause, unless it holds both thaw and resume", () => {
    expect(take(START, [THAW], FROZEN).paused).toBe(true);
    expect(take(START, [LOWER], FROZEN).paused).toBe(true);
    expect(take(START, [THAW, PAUSE], FROZEN).paused).toBe(true);
    expect(take(START, [THAW, RESUME], FROZEN).paused).toBe(false);
    expect(take(PAUSED, [RESUME, THAW], FROZEN).paused).toBe(false);
  });

  it("none resumes that doesn't say that it thaws: it was signed before the freeze", () => {
    expect(refused(START, [RESUME], FROZEN)).toBe("refused/asset-frozen");
    expect(refused(PAUSED, [RESUME], FROZEN)).toBe("refused/asset-frozen");
  });
});

describe("PROTOCOL 6: a decision is refused whole", () => {
  it.each<[string, readonly Action[]]>([
    ["refused/actions", []],
    ["refused/actions", Array.from({ length: 9 }, (_, i) => handover(i + 1))],
    ["refused/same-subject", [PAUSE, PAUSE]],
    ["refused/same-subject", [LOWER, HIGHER]],
    ["refused/same-subject", [measure(30), measure(30, false)]],
    ["refused/pause-and-resume", [PAUSE, RESUME]],
    ["refused/misbehaviour-alone", [misbehaviour, LOWER]],
    ["refused/not-frozen", [THAW]],
    ["refused/not-paused", [RESUME]],
    ["refused/config-threshold", [LOWER, { type: "guardians", value: { ...OTHERS, threshold: 3 } }]],
    ["refused/config-guardians", [{ type: "guardians", value: { ...OTHERS, keys: [filled(32, 0)], threshold: 1 } }]],
    ["refused/config-maximum", [bounds(5_001n, 10_000n)]],
    ["refused/config-minimum", [bounds(27n, 10_000n)]],
    ["refused/config-window", [bounds(100n, 12_001n)]],
    ["refused/config-batch", [{ type: "batch", value: { calls: 64, bytes: 65_535 } }]],
    ["refused/config-measurements", [measure(0)]],
    ["refused/last-measurement", [measure(10, false)]],
    ["refused/unknown-currency", [bounds(100n, 10_000n, "ABC")]],
  ])("%s (%#)", (code, actions) => {
    expect(refused(START, actions)).toBe(code);
  });

  it("code that none of the holders' classes has", () => {
    const decide = () => takeDecision(HELD_BY_THREE, initialGovernance(HELD_BY_THREE), { actions: [measure(30)] }, AT);
    expect(outcome(decide)).toBe("refused/no-class");
  });

  it("by what will be in force when it is due", () => {
    const larger = bounds(100n, 16_000n);
    expect(refused(START, [larger])).toBe("refused/config-window");
    const both = take(START, [larger, HIGHER]);
    expect(foldDue(exampleConfig, both, 2n ** 63n).limits.currencies[0]).toMatchObject({ maximum: 16_000n });
    const replaced = take(START, [measure(30), measure(10, false)]);
    expect(foldDue(exampleConfig, replaced, 2n ** 63n).measurements).toEqual([
      { tee: "simulated", value: filled(32, 30) },
    ]);
    expect(refused(replaced, [measure(30, false)])).toBe("accepted");
    const last = take(replaced, [measure(30, false)]);
    expect(foldDue(exampleConfig, last, 2n ** 63n).measurements).toEqual(START.measurements);
  });

  it("beyond 32 delayed actions or 64 measurements, delayed ones counted", () => {
    const many = (from: number) => Array.from({ length: 8 }, (_, i) => handover(from + i));
    const full = [1, 9, 17, 25].reduce((state, from) => take(state, many(from)), START);
    expect(full.delayed).toHaveLength(32);
    expect(refused(full, [handover(33)])).toBe("refused/too-many-delayed");
    expect(refused(full, [handover(32)])).toBe("accepted");
    expect(refused(full, [PAUSE, handover(33)])).toBe("accepted");
    const measurements = Array.from({ length: 63 }, (_, i) => ({ tee: "simulated", value: filled(32, 100 + i) }));
    const one = take({ ...START, measurements }, [measure(30)]);
    expect(refused(one, [measure(31)])).toBe("refused/too-many-measurements");
    expect(refused(one, [measure(30)])).toBe("accepted");
    expect(refused(one, [measure(100, false), measure(31)])).toBe("refused/too-many-measurements");
  });
});
