import { equal, isZero, toHex } from "@pdiem/light-client/bytes";
import { type Demand, demandIn } from "./demand.js";
import type { Policy, TeePolicy } from "./policy.js";
import type { Measurements } from "./result.js";
import { timeText } from "./validity.js";

const demand: Demand = demandIn("policy");

/**
 * Checks registers against the allowlist.
 * @param identifying names of the registers that an entry must give, or it would admit code it
 * doesn't know. The first of them, which no code leaves at zero, must not be.
 * @throws EvidenceRefusal `evidence/policy-measurements`
 */
export const checkMeasurements = (
  { measurements: allowed }: Pick<TeePolicy, "measurements">,
  measurements: Measurements,
  identifying: readonly string[],
): void => {
  const [first = ""] = identifying;
  for (const entry of allowed)
    demand(
      identifying.every((name) => /^[0-9a-f]+$/.test(entry[name] ?? "")) && /[1-9a-f]/.test(entry[first] ?? ""),
      "measurements",
      `expected every allowed measurement to give ${identifying.join(", ")} in lower-case hex, the first not zero, got ${JSON.stringify(entry)}`,
    );
  const matches = (entry: Measurements): boolean =>
    Object.entries(entry).every(([name, value]) => measurements[name] === value);
  demand(
    allowed.some(matches),
    "measurements",
    `expected one of ${allowed.length} allowed measurements, got ${identifying.map((name) => `${name} ${measurements[name]}`).join(", ")}`,
  );
};

/**
 * Checks what evidence speaks for.
 * @throws EvidenceRefusal `evidence/policy-report-data`
 */
export const checkReportData = ({ reportData: expected }: Pick<Policy, "reportData">, reportData: Uint8Array): void => {
  if (expected === "any") return;
  demand(!isZero(expected), "report-data", "expected the policy to ask for report data that isn't zero");
  demand(
    equal(reportData, expected),
    "report-data",
    `expected evidence for ${toHex(expected)}, got it for ${toHex(reportData)}`,
  );
};

/**
 * Checks the machine.
 * @throws EvidenceRefusal `evidence/policy-platform`
 */
export const checkPlatform = ({ platforms }: Pick<TeePolicy, "platforms">, platform: string | undefined): void => {
  demand(
    platforms === "any" || (platform !== undefined && platforms.includes(platform)),
    "platform",
    `expected one of the allowed platforms, got ${platform ?? "none"}`,
  );
};

/**
 * Checks that what was issued at a time isn't too old.
 * @param maximumAge all three in milliseconds
 * @throws EvidenceRefusal `evidence/policy-age`
 */
export const checkAge = (maximumAge: number, issued: number, now: number): void => {
  demand(
    now - issued <= maximumAge,
    "age",
    () =>
      `expected nothing older than ${maximumAge} ms at ${timeText(now)}, got what was issued at ${timeText(issued)}`,
  );
};
