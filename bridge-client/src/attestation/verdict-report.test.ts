import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { expect, test } from "vitest";
import { verdictReport } from "./verdict-report.js";

test("an acceptance tells everything that was found", () => {
  const text = verdictReport({
    kind: "sgx",
    measurements: { mrEnclave: "e1e1", isvSvn: "3" },
    tcb: { status: "SWHardeningNeeded", advisories: ["INTEL-SA-00615"], evaluationNumber: 17 },
    reportData: Uint8Array.of(0xda, 0x7a),
    platform: "11",
    validity: { from: 0, until: Date.parse("2026-07-01T00:00:00Z") },
  });
  expect(text.split("\n")).toEqual([
    "ACCEPTED by the policy: evidence of an Intel SGX enclave.",
    "TCB: SWHardeningNeeded",
    "Advisories: INTEL-SA-00615",
    "Evaluation number: 17",
    "Platform: 11",
    "Report data: da7a",
    "Valid from 1970-01-01T00:00:00.000Z to 2026-07-01T00:00:00.000Z",
    "Measurements:",
    "  mrEnclave: e1e1",
    "  isvSvn: 3",
  ]);
});

test("a simulated enclave isn't mistaken for a genuine one", () => {
  const text = verdictReport({
    kind: "simulated",
    measurements: {},
    tcb: undefined,
    reportData: new Uint8Array(),
    platform: undefined,
    validity: { from: 0, until: Number.POSITIVE_INFINITY },
  });
  expect(text).toContain("SIMULATED");
  expect(text).toContain("TCB: unknown");
  expect(text).toContain("1970-01-01T00:00:00.000Z to Infinity");
});

test("a refusal tells the step that failed and why", () => {
  expect(verdictReport(new EvidenceRefusal("policy", "debug", "expected no debugging")).split("\n")).toEqual([
    "REFUSED: don't trust this enclave.",
    "Step that failed: policy",
    "Code: evidence/policy-debug",
    "Reason: expected no debugging",
  ]);
});
