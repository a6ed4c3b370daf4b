import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import type { Policy } from "../policy.js";
import { verifyEvidence } from "../verify-evidence.js";

const measurement = new Uint8Array(32).fill(7);
const reportData = new Uint8Array(64).fill(9);
const admitted: Policy = { reportData, simulated: { measurements: [{ measurement: toHex(measurement) }] } };

const verify = (policy: Policy, evidence: Partial<{ measurement: Uint8Array; reportData: Uint8Array }> = {}, now = 1) =>
  verifyEvidence(
    { kind: "simulated", measurement, reportData, ...evidence },
    { policy, collateral: { kind: "none" }, now },
  );

const judge = (...args: Parameters<typeof verify>): string => outcome(() => verify(...args));

describe("simulated evidence", () => {
  test("is accepted by a policy that has a place for it, and vouches for no platform", () => {
    expect(verify(admitted)).toEqual({
      kind: "simulated",
      measurements: { measurement: toHex(measurement) },
      tcb: undefined,
      reportData,
      platform: undefined,
      validity: { from: 1, until: 1 },
    });
  });

  test("is refused by every policy that doesn't name it, whatever else that admits", () => {
    const entry = { measurements: [{ measurement: toHex(measurement) }], platforms: "any", maximumAge: 1e12 } as const;
    const sevSnp = { ...entry, maximumRootCrlAge: 1e12, minimumTcb: {} };
    const genuineOnly: Policy = { reportData: "any", "sev-snp": sevSnp };
    expect(judge(genuineOnly)).toBe("evidence/policy-kind");
    expect(judge({ reportData: "any" })).toBe("evidence/policy-kind");
  });

  test("is refused for another measurement, for other report data, and for that of zeros", () => {
    expect(judge(admitted, { measurement: new Uint8Array(32).fill(8) })).toBe("evidence/policy-measurements");
    expect(judge(admitted, { reportData: new Uint8Array(64).fill(8) })).toBe("evidence/policy-report-data");
    expect(judge({ ...admitted, reportData: new Uint8Array(64) }, { reportData: new Uint8Array(64) })).toBe(
      "evidence/policy-report-data",
    );
  });

  test("is refused with report data or a measurement of another length, and by a broken clock", () => {
    expect(judge(admitted, { reportData: new Uint8Array(32) })).toBe("evidence/format-simulated");
    expect(judge(admitted, { measurement: new Uint8Array(1024 * 1024) })).toBe("evidence/format-simulated");
    expect(judge(admitted, {}, Number.NaN)).toBe("evidence/policy-clock");
  });
});
