import type { Action } from "@pdiem/bridge/governance/decision";
import { inForceAtFirst } from "@pdiem/bridge/governance/in-force";
import { limitsOf } from "@pdiem/bridge/governance/limits";
import { exampleConfig, filled, XUS } from "@pdiem/bridge/testing/config";
import { PAUSE, RESUME, THAW } from "@pdiem/bridge/testing/guardians";
import { toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { ASSET_HUB } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { describeDecision } from "./describe-decision.js";

const lines = (action: Action) =>
  describeDecision({ number: 3n, previous: filled(32, 1), until: 1_700_000_000_000n, action }, exampleConfig);
const text = (action: Action): string => lines(action).join("\n");
const limits = (change: object): Action => ({ type: "limits", value: { ...limitsOf(XUS), ...change } });

describe("a decision in words", () => {
  it("says its place, how long it is valid and when it counts", () => {
    expect(lines(PAUSE)).toEqual([
      `Decision 3, after 0x${"01".repeat(32)}, valid until 2023-11-14T22:13:20.000Z`,
      "Pause: nothing but decisions is signed any more; what is still delayed and every hand-over not done is cancelled.",
      "In force at once.",
    ]);
    for (const action of [RESUME, THAW]) expect(lines(action).at(-1)).toBe("In force at once.");
    const far = describeDecision(
      { number: 0n, previous: filled(32, 0), until: 2n ** 64n - 1n, action: PAUSE },
      exampleConfig,
    );
    expect(far[0]).toContain("18446744073709551615 ms after 1970");
  });

  it("sets limits beside those of now, and tells a raise from a cut", () => {
    const cut = text(limits({ maximum: 9_000n }));
    expect(cut).toContain("largest amount of a transfer: 9000 (now 10000)");
    expect(cut).toContain("least amount of a transfer: 100 (as now)");
    expect(cut).toContain("In force at once.");
    expect(text(limits({ maximum: 11_000n }))).toContain("In force after a public delay of 24 h of the bridge's work");
    expect(text(limits({ currency: "ABC" }))).toContain("ABC, which this bridge doesn't have");
    const present = { ...inForceAtFirst(exampleConfig), currencies: [{ ...XUS, maximum: 8_000n }] };
    const decision = { number: 3n, previous: filled(32, 1), until: 1n, action: limits({ maximum: 9_000n }) };
    expect(describeDecision(decision, exampleConfig, present).join("\n")).toContain("9000 (now 8000)");
    expect(describeDecision(decision, exampleConfig, present).at(-1)).toContain("after a public delay");
  });

  it("names every key, account, measurement and value that it brings", () => {
    const key = publicKeyOf(filled(32, 20));
    const others = text({ type: "guardians", value: { keys: [key], threshold: 1, freezer: filled(32, 0x21) } });
    for (const part of [toHex(key), "21".repeat(32), "1 of these 1"]) expect(others).toContain(part);
    const measurement = { tee: "sgx", value: filled(32, 0x30) };
    expect(text({ type: "measurement", value: { measurement, isAllowed: true } })).toMatch(
      /^Allow code.*\n {2}sgx 0x3030/m,
    );
    expect(text({ type: "measurement", value: { measurement, isAllowed: false } })).toMatch(/^No longer allow/m);
    const brought = text({ type: "profile", value: ASSET_HUB });
    for (const part of [
      "asset-hub-2000000",
      "transaction version 15",
      "mint 50.6",
      "remark 0.0",
      "CheckMetadataHash",
      "14 consumers",
      "4456448 B",
      "1000 ps",
      "In force after a public delay of 24 h, unless",
    ])
      expect(brought).toContain(part);
    const handover = text({ type: "handover", value: { transcript: filled(32, 0x40) } });
    expect(handover).toMatch(/^Hand the key over.*\n {2}0x4040/m);
    expect(handover).toContain("In force after a public delay of 24 h of the bridge's work");
    const culprits = [4n, 6n].map((value) => ({ type: "relay", value }) as const);
    expect(text({ type: "misbehaviour", value: { culprits, evidence: filled(32, 7) } })).toContain(
      "Misbehaviour of the relay chain's authorities of set 4 or the relay chain's authorities of set 6, by evidence 0x0707",
    );
  });

  it("can't mislead a reader or command a terminal by what a decision calls things", () => {
    const hostile = "x\u001b[2J\r\n\u202eIn force\\";
    for (const action of [
      limits({ currency: hostile }),
      { type: "profile", value: { ...ASSET_HUB, name: hostile } },
      { type: "measurement", value: { measurement: { tee: hostile, value: filled(1, 1) }, isAllowed: true } },
    ] satisfies readonly Action[]) {
      expect(text(action)).toMatch(/^[\x20-\x7e\n]*$/);
      expect(text(action)).toContain("x\\u{1b}[2J\\u{d}\\u{a}\\u{202e}In force\\u{5c}");
    }
  });
});
