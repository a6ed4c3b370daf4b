import type { Action } from "@pdiem/bridge/governance/action";
import { initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { PAUSE, RESUME, THAW } from "@pdiem/bridge/testing/guardians";
import { toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { describe, expect, it } from "vitest";
import { describeDecision } from "./describe-decision.js";

const decision = (...actions: readonly Action[]) => ({ governance: filled(32, 1), until: 1_700_000_000_000n, actions });
const lines = (...actions: readonly Action[]) => describeDecision(decision(...actions), exampleConfig);
const text = (...actions: readonly Action[]): string => lines(...actions).join("\n");
const windows = (change: object): Action => ({
  type: "windows",
  value: { currency: "XUS", mint: 15_000n, release: 15_000n, refund: 12_000n, ...change },
});
const bounds = (change: object): Action => ({
  type: "bounds",
  value: { currency: "XUS", minimum: 100n, maximum: 10_000n, ...change },
});
const LEAVING = "In force after 24 h of active time and the time in which the whole supply can leave";

describe("a decision in words", () => {
  it("says its place, how long it is valid and when each action counts", () => {
    expect(lines(PAUSE)).toEqual([
      `Decision over governance state 0x${"01".repeat(32)}, valid until 2023-11-14T22:13:20.000Z`,
      "Pause: nothing but decisions is signed any more; what is delayed and every hand-over not done is cancelled.",
      "  In force at once.",
    ]);
    for (const action of [RESUME, THAW]) expect(lines(action).at(-1)).toBe("  In force at once.");
    const far = describeDecision({ ...decision(PAUSE), until: 2n ** 64n - 1n }, exampleConfig);
    expect(far[0]).toContain("18446744073709551615 ms after 1970");
    expect(lines(THAW, RESUME, bounds({ minimum: 200n }))).toHaveLength(10);
  });

  it("sets limits beside those of now, and tells a raise from a cut", () => {
    const cut = text(windows({ release: 14_000n }));
    expect(cut).toContain("released in a window: 14000 (now 15000)");
    expect(cut).toContain("minted in a window: 15000 (as now)");
    expect(cut).toContain("In force at once.");
    expect(text(windows({ release: 16_000n }))).toContain("In force after 24 h of active time, unless");
    expect(text(bounds({ maximum: 9_000n }))).toContain(LEAVING);
    expect(text(bounds({ currency: "ABC" }))).toContain("ABC, which this bridge doesn't have");
    expect(text({ type: "batch", value: { calls: 900, bytes: 1 } })).toContain("calls: 900 (now 1000)");
    const start = initialGovernance(exampleConfig);
    const [xus, ...others] = start.limits.currencies;
    if (xus === undefined) throw new Error("expected a currency");
    const present = { ...start, limits: { ...start.limits, currencies: [{ ...xus, maximum: 8_000n }, ...others] } };
    const words = describeDecision(decision(bounds({ maximum: 9_000n })), exampleConfig, present).join("\n");
    expect(words).toContain("largest amount: 9000 (now 8000)");
  });

  it("says how long everybody has to leave, where the supplies are known", () => {
    const words = describeDecision(decision(bounds({})), exampleConfig, undefined, [30_001n, 0n]).join("\n");
    expect(words).toContain("In force after 24 h of active time and 4 h in which the whole supply can leave, unless");
  });

  it("names every key, account, measurement and value that it brings", () => {
    const key = publicKeyOf(filled(32, 20));
    const others = text({ type: "guardians", value: { keys: [key], threshold: 1, freezer: filled(32, 0x21) } });
    for (const part of [toHex(key), "21".repeat(32), "1 of these 1", LEAVING]) expect(others).toContain(part);
    const measurement = { tee: "sgx", value: filled(32, 0x30) };
    expect(text({ type: "measurement", value: { measurement, isAllowed: true } })).toMatch(
      /^Allow code.*\n {2}sgx 0x3030/m,
    );
    expect(text({ type: "measurement", value: { measurement, isAllowed: false } })).toMatch(/^No longer allow/m);
    expect(text({ type: "freezer", value: filled(32, 0x22) })).toContain("22".repeat(32));
    expect(text({ type: "amnesty", value: true })).toContain("whichever account anyone asks for");
    expect(text({ type: "amnesty", value: false })).toContain("End the amnesty");
    const handover = text({ type: "handover", value: { transcript: filled(32, 0x40) } });
    expect(handover).toMatch(/^Hand the key over.*\n {2}0x4040/m);
    expect(handover).toContain(LEAVING);
    const culprits = [4n, 6n].map((value) => ({ type: "relay", value }) as const);
    expect(text({ type: "misbehaviour", value: { culprits, evidence: filled(32, 7) } })).toContain(
      "Misbehaviour of the relay chain's authorities of set 4 or the relay chain's authorities of set 6, by evidence 0x0707",
    );
  });

  it("can't mislead a reader or command a terminal by what a decision calls things", () => {
    const hostile = "x\u001b[2J\r\n\u202eIn force\\";
    for (const action of [
      bounds({ currency: hostile }),
      { type: "measurement", value: { measurement: { tee: hostile, value: filled(1, 1) }, isAllowed: true } },
    ] satisfies readonly Action[]) {
      expect(text(action)).toMatch(/^[\x20-\x7e\n]*$/);
      expect(text(action)).toContain("x\\u{1b}[2J\\u{d}\\u{a}\\u{202e}In force\\u{5c}");
    }
  });
});
