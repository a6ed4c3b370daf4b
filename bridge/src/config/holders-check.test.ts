import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { genuineConfig } from "../testing/attestation.js";
import { exampleConfig, filled } from "../testing/config.js";
import { HELD_BY_THREE, simulatedAs } from "../testing/holders.js";
import type { BridgeConfig } from "./bridge-config.js";
import { checkConfig } from "./config-check.js";
import type { HolderClass, Holders } from "./holders.js";
import { checkHasClass, isOfSlotClass } from "./holders-check.js";

const { holders: three = exampleConfig.holders } = HELD_BY_THREE;
if (three === undefined) throw new Error("expected holders");
const [A, B, C] = three.classes as [HolderClass, HolderClass, HolderClass];
const INTEL: HolderClass = { name: "intel", tees: ["sgx", "tdx"], simulated: [] };
const AMD: HolderClass = { name: "amd", tees: ["sev-snp"], simulated: [] };
const GENUINE: Holders = { threshold: 2, classes: [INTEL, AMD], slots: ["intel", "amd", "amd"] };

const simulated = (change: Partial<Holders>, rest: Partial<BridgeConfig> = {}): BridgeConfig => ({
  ...HELD_BY_THREE,
  ...rest,
  holders: { ...three, ...change },
});
const genuine = (change: Partial<Holders>): BridgeConfig => ({
  ...genuineConfig,
  holders: { ...GENUINE, threshold: 3, slots: ["intel", "intel", "amd", "amd"], ...change },
});
const check = (config: BridgeConfig) => outcome(() => checkConfig(config));

describe("PROTOCOL 7a: holders", () => {
  it.each<[string, BridgeConfig]>([
    ["none", exampleConfig],
    ["2 of 3 of three classes", HELD_BY_THREE],
    ["3 of 4 of two vendors", genuine({})],
    ["4 of 6 of three classes", simulated({ threshold: 4, slots: ["a", "a", "b", "b", "c", "c"] })],
  ])("may be %s", (_, config) => {
    expect(check(config)).toBe("accepted");
  });

  it.each<[string, BridgeConfig]>([
    ["a threshold of 1", simulated({ threshold: 1 })],
    ["all slots as threshold: none could be repaired", simulated({ threshold: 3 })],
    ["one slot", simulated({ classes: [A], slots: ["a"] })],
    ["no slots", simulated({ classes: [], slots: [] })],
    ["as many slots of a class as sign", genuine({ threshold: 2 })],
    ["three classes of which one's loss stops", simulated({ threshold: 3, slots: ["a", "a", "b", "c"] })],
    ["a slot of no class", simulated({ slots: ["a", "b", "d"] })],
    ["a class without a slot", simulated({ slots: ["a", "b", "b"] })],
    ["two classes of one name", simulated({ classes: [A, B, { ...C, name: "a" }] })],
    ["a class without a name", simulated({ classes: [{ ...A, name: "" }, B, C], slots: ["", "b", "c"] })],
    ["a measurement of no class", simulated({ classes: [A, B, { ...C, simulated: [filled(32, 99)] }] })],
    [
      "a measurement of two classes",
      simulated({ classes: [A, B, { ...C, simulated: [...C.simulated, ...A.simulated] }] }),
    ],
    ["a class that no measurement is of", simulated({ classes: [A, B, { ...C, simulated: [] }] })],
    ["a second holder besides", simulated({}, { secondHolder: true })],
    ["a kind of TEE in two classes", genuine({ classes: [INTEL, { ...AMD, tees: ["sev-snp", "tdx"] }] })],
    ["an unknown kind of TEE", genuine({ classes: [INTEL, { ...AMD, tees: ["sev-snp", "nitro"] }] })],
    [
      "one vendor's kinds in two classes",
      genuine({
        classes: [
          { ...INTEL, tees: ["sgx"] },
          { ...AMD, tees: ["sev-snp", "tdx"] },
        ],
      }),
    ],
  ])("may not be %s", (_, config) => {
    expect(check(config)).toBe("refused/config-holders");
  });

  it("have slots each for the TEEs of its class", () => {
    const [a, b] = [simulatedAs("a"), simulatedAs("b")];
    expect([1, 2, 3, 0, 4].map((slot) => isOfSlotClass(three, slot, a))).toEqual([true, false, false, false, false]);
    expect([1, 2, 3].map((slot) => isOfSlotClass(three, slot, b))).toEqual([false, true, false]);
    const tdx = { tee: "tdx", value: filled(240, 1) };
    expect([1, 2, 3].map((slot) => isOfSlotClass(GENUINE, slot, tdx))).toEqual([true, false, false]);
  });

  it("admit no code without a class later", () => {
    expect(outcome(() => checkHasClass(GENUINE, simulatedAs("a")))).toBe("refused/no-class");
    expect(outcome(() => checkHasClass(three, { tee: "sgx", value: filled(32, 1) }))).toBe("refused/no-class");
    expect(outcome(() => checkHasClass(GENUINE, { tee: "sgx", value: filled(32, 1) }))).toBe("accepted");
    expect(outcome(() => checkHasClass(undefined, simulatedAs("a")))).toBe("accepted");
  });
});
