import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { NO_ITEMS } from "../settlement/items.js";
import { exampleConfig, filled, ISSUER } from "../testing/config.js";
import { decide } from "../testing/decisions.js";
import { governed, PAUSE, UNGOVERNED, worldAfter } from "../testing/guardians.js";
import { createWorld, putOff } from "../testing/world.js";
import { guardiansInForce } from "./guardians-in-force.js";
import { checkMeasurementInForce, checkOperating } from "./operating.js";

const OWN = { tee: "simulated", value: filled(32, 10) };
const { governance } = UNGOVERNED;

describe("PROTOCOL 6: while paused", () => {
  it("nothing but decisions is signed", () => {
    expect(outcome(() => checkOperating(governance))).toBe("accepted");
    expect(outcome(() => checkOperating({ paused: true }))).toBe("refused/paused");
  });
});

describe("PROTOCOL 6: an enclave whose measurement isn't in force any more", () => {
  const retired = { measurements: [{ tee: "simulated", value: filled(32, 30) }] };
  const check = (state: typeof retired, items: Partial<typeof NO_ITEMS>) =>
    outcome(() => checkMeasurementInForce(exampleConfig, state, OWN, { ...NO_ITEMS, ...items }));

  it("signs everything but batches that take up deposits or register", () => {
    expect(check(retired, {})).toBe("accepted");
    expect(check(retired, { fold: 64, feeClaims: ["XUS"] })).toBe("accepted");
    expect(check(retired, { admissions: [putOff(1)] })).toBe("refused/measurement-retired");
    expect(check(retired, { registrations: [filled(32, 1)] })).toBe("refused/measurement-retired");
    expect(check({ measurements: [{ ...OWN, tee: "sgx" }] }, { registrations: [filled(32, 1)] })).toBe(
      "refused/measurement-retired",
    );
    expect(check({ measurements: [OWN] }, { registrations: [filled(32, 1)] })).toBe("accepted");
  });
});

describe("PROTOCOL 6: the guardians in force at a block", () => {
  const OTHERS = { ...exampleConfig.guardians, freezer: filled(32, 0x21) };
  const changed = governed({ guardians: OTHERS });

  it("are those of the ledger in force there", () => {
    const facts = worldAfter(changed).parachain.facts();
    expect(guardiansInForce(exampleConfig, ISSUER, changed, facts)).toEqual(OTHERS);
    expect(outcome(() => guardiansInForce(exampleConfig, ISSUER, UNGOVERNED, facts))).toBe("refused/not-in-force");
    const paused = decide(changed, [PAUSE]);
    expect(outcome(() => guardiansInForce(exampleConfig, ISSUER, paused, facts))).toBe("refused/not-in-force");
    const told = { ledger: changed.ledger, governance };
    expect(outcome(() => guardiansInForce(exampleConfig, ISSUER, told, facts))).toBe("refused/governance");
  });

  it("are the configuration's only for an issuer that is proven never to have signed", () => {
    const at = (nonce: number | undefined) => {
      const world = createWorld();
      world.parachain.setAccount(ISSUER, nonce === undefined ? undefined : { nonce });
      return world.parachain.facts();
    };
    for (const nonce of [0, undefined])
      expect(guardiansInForce(exampleConfig, ISSUER, undefined, at(nonce))).toEqual(exampleConfig.guardians);
    expect(outcome(() => guardiansInForce(exampleConfig, ISSUER, undefined, at(1)))).toBe("refused/begun");
    const storage = () => {
      throw new Error("not shown");
    };
    expect(() => guardiansInForce(exampleConfig, ISSUER, undefined, { ...at(0), storage })).toThrow("not shown");
  });
});
