import { toHex } from "@pdiem/light-client/bytes";
import { type Demand, demandIn } from "../demand.js";
import type { Evidence } from "../evidence.js";
import type { VerifiedEvidence } from "../result.js";
import { checkMeasurements, checkReportData } from "../tee-policy.js";
import type { Verification } from "../verification.js";

const MAXIMUM_MEASUREMENT_LENGTH = 64;
const REPORT_DATA_LENGTH = 64;

const inFormat: Demand = demandIn("format");
const inPolicy: Demand = demandIn("policy");

/**
 * Takes a process at its word, if the policy has a place for such processes. Nothing is proven.
 * @throws EvidenceRefusal
 */
export const verifySimulated = (
  { measurement, reportData }: Extract<Evidence, { kind: "simulated" }>,
  { policy, now }: Verification,
): VerifiedEvidence => {
  inPolicy(
    policy.simulated !== undefined,
    "kind",
    "expected a genuine TEE, this one is simulated: it proves nothing and protects nothing",
  );
  inFormat(
    measurement.length <= MAXIMUM_MEASUREMENT_LENGTH && reportData.length === REPORT_DATA_LENGTH,
    "simulated",
    `expected a measurement of at most ${MAXIMUM_MEASUREMENT_LENGTH} bytes and report data of ${REPORT_DATA_LENGTH}, got ${measurement.length} and ${reportData.length}`,
  );
  const measurements = { measurement: toHex(measurement) };
  checkMeasurements(policy.simulated, measurements, Object.keys(measurements));
  checkReportData(policy, reportData);
  return {
    kind: "simulated",
    measurements,
    tcb: undefined,
    reportData,
    platform: undefined,
    validity: { from: now, until: now },
  };
};
