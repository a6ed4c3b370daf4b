import { type Check, checkThat, notShown } from "@pdiem/bridge-client/examine/check";
import { describe, expect, it } from "vitest";
import { advised } from "./advice.js";

const failed = (name: string, code?: string): Check => ({
  ...checkThat(name, false, "this", "that"),
  ...(code === undefined ? {} : { code }),
});

describe("what to do about a check", () => {
  it.each([
    ["evidence/format-quote", /no evidence of the TEE/],
    ["evidence/chain-root", /forgery/],
    ["evidence/chain-validity", /clock/],
    ["evidence/revocation-stale", /clock/],
    ["evidence/revocation-revoked", /revoked this machine/],
    ["evidence/collateral-stale", /documents anew/],
    ["evidence/collateral-signature", /documents anew/],
    ["evidence/binding-platform", /documents anew/],
    ["evidence/binding-attestation-key", /forgery/],
    ["evidence/signature-quote", /forgery/],
    ["evidence/tcb-below-minimum", /update the machine's firmware/],
    ["evidence/policy-status", /update the machine's firmware/],
    ["evidence/policy-age", /documents anew/],
    ["evidence/policy-evaluation-number", /tcbRelease/],
    ["evidence/policy-measurements", /build the program/],
    ["evidence/policy-platform", /another one/],
    ["evidence/policy-family", /family/],
    ["evidence/policy-kind", /no TEE of this kind/],
    ["evidence/policy-debug", /take it for leaked/],
    ["evidence/policy-migration", /take it for leaked/],
    ["evidence/policy-service-td", /take it for leaked/],
  ])("that failed by %s", (code, advice) => {
    expect(advised(failed("TEE", code)).advice).toMatch(advice);
  });

  it.each([
    "bridge",
    "report data",
    "custody's authentication key",
    "custody's withdrawal capability",
    "custody",
    "Owner of asset 7 (XUS)",
    "Issuer of asset 7 (XUS)",
    "Admin of asset 7 (XUS)",
    "Freezer of asset 7 (XUS)",
    "ledger",
    "time",
  ])("of the name '%s' is said where it failed", (name) => {
    expect(advised(failed(name)).advice).toMatch(/.{20}/);
  });

  it("of a checkpoint is said by its name, whatever the code", () => {
    expect(advised(failed("checkpoint", "refused/checkpoint-lapsed")).advice).toMatch(/guardian checkpoint propose/);
  });

  it("is nothing where it holds or couldn't be made", () => {
    for (const check of [checkThat("time", true, "this", "this"), notShown("time", "this", "nothing")])
      expect(advised(check)).toBe(check);
  });
});
