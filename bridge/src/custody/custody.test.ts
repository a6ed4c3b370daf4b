import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled, ISSUER } from "../testing/config.js";
import { type AccountTraits, createDiemWorld, START_SEQUENCE } from "../testing/diem-world.js";
import { checkCustody } from "./custody.js";

const OTHER = filled(16, 1);

const check = (custody: AccountTraits) => {
  const world = createDiemWorld();
  world.custody = custody;
  return checkCustody(exampleConfig, ISSUER, world.facts());
};

describe("PROTOCOL 3 and 5: custody", () => {
  it("is accepted under the enclave's key and its own capabilities", () => {
    expect(check({}).account.sequenceNumber).toBe(START_SEQUENCE);
  });

  it.each<[string, AccountTraits]>([
    ["refused/custody-key", { account: { authenticationKey: filled(32, 1) } }],
    ["refused/custody-withdrawal-capability", { account: { withdrawCapability: undefined } }],
    ["refused/custody-withdrawal-capability", { account: { withdrawCapability: OTHER } }],
    ["refused/custody-rotation-capability", { account: { keyRotationCapability: undefined } }],
    ["refused/custody-rotation-capability", { account: { keyRotationCapability: OTHER } }],
    ["refused/custody-frozen", { frozen: true }],
  ])("isn't otherwise: %s (%#)", (code, custody) => {
    expect(outcome(() => check(custody))).toBe(code);
  });

  it("must exist", () => {
    const { facts } = createDiemWorld();
    const without = { ...facts(), account: () => undefined };
    expect(outcome(() => checkCustody(exampleConfig, ISSUER, without))).toBe("refused/custody-absent");
  });
});
