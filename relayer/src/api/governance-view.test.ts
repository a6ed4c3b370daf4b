import type { Action } from "@pdiem/bridge/governance/action";
import { initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { exampleConfig, filled, HOUR, XUS } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { viewDelayed, viewInForce } from "./governance-view.js";

const start = initialGovernance(exampleConfig);
const handover: Action = { type: "handover", value: { transcript: filled(32, 5) } };

describe("governance through the API", () => {
  it("shows what is in force: limits by currency, guardians, amnesty, sets that misbehaved", () => {
    const state = { ...start, amnesty: true, misbehaved: { diem: 7n, relay: undefined } };
    expect(viewInForce(exampleConfig, state)).toMatchObject({
      paused: false,
      amnesty: true,
      guardians: { threshold: 2, freezer: toHex(exampleConfig.guardians.freezer) },
      limits: {
        batch: exampleConfig.batch,
        currencies: [{ code: XUS.code, minimum: "100", maximum: "10000", mint: "15000" }, { code: "XDX" }],
      },
      misbehaved: { diem: "7" },
    });
  });

  it("shows what is delayed with the active time when it is due, and what is left of it", () => {
    const state = { ...start, delayed: [{ action: handover, from: HOUR, due: 26n * HOUR }] };
    const [delayed] = viewDelayed(exampleConfig, state, 3n * HOUR);
    expect(delayed).toMatchObject({
      from: HOUR.toString(),
      due: (26n * HOUR).toString(),
      left: (23n * HOUR).toString(),
    });
    expect(delayed?.text.join("\n")).toContain(toHex(filled(32, 5)));
  });
});
