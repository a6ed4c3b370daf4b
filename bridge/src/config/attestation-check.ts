/**
 * What a configuration asks of machines must admit some, and whatever may hold the key must be
 * asked.
 */
import { RefusedError } from "../error.js";
import type { AttestationPolicy, DcapPolicy, SnpPolicy } from "./attestation-policy.js";
import { isSimulated, type Measurement } from "./measurement.js";

/** Intel's statuses of a machine that a configuration may accept: all but `Revoked`. */
const ACCEPTABLE_STATUSES: readonly string[] = [
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "TDRelaunchAdvised",
  "TDRelaunchAdvisedConfigurationNeeded",
];

const demand = (holds: boolean, message: string): void => {
  if (!holds) throw new RefusedError("refused/config-attestation", message);
};

const checkPlatforms = (vendor: string, { platforms, maximumAge, maximumRootCrlAge }: DcapPolicy | SnpPolicy): void => {
  demand(platforms === "any" || platforms.length > 0, `expected ${vendor} to allow any platform, or at least one`);
  demand(maximumAge > 0n, `expected ${vendor}'s maximumAge above 0 ms`);
  demand(maximumRootCrlAge > 0n, `expected ${vendor}'s maximumRootCrlAge above 0 ms`);
};

const checkDcap = (dcap: DcapPolicy): void => {
  checkPlatforms("dcap", dcap);
  demand(dcap.statuses.length > 0, "expected dcap to accept at least one status");
  for (const status of dcap.statuses)
    demand(ACCEPTABLE_STATUSES.includes(status), `expected one of ${ACCEPTABLE_STATUSES.join(", ")}, got "${status}"`);
};

const checkSnp = (sevSnp: SnpPolicy): void => {
  checkPlatforms("sevSnp", sevSnp);
  const { milan, genoa, turin } = sevSnp.minimumTcb;
  demand(
    [milan, genoa, turin].some((tcb) => tcb !== undefined),
    "expected sevSnp to admit at least one family",
  );
  demand(
    milan?.fmc === undefined && genoa?.fmc === undefined,
    "expected no fmc of Milan and Genoa: only Turin has one",
  );
};

/** Checks that each part admits some machine. @throws RefusedError `refused/config-attestation` */
export const checkAttestation = ({ dcap, sevSnp }: AttestationPolicy): void => {
  if (dcap !== undefined) checkDcap(dcap);
  if (sevSnp !== undefined) checkSnp(sevSnp);
};

/**
 * Checks that code under a TEE may be admitted to the key.
 * @param others what else may hold the key
 * @throws RefusedError `refused/config-attestation` for a TEE of which nothing is asked.
 * `refused/mixed-measurements` where one is simulated and another isn't, as what one keeps the
 * other tells.
 */
export const checkAdmission = (
  { dcap, sevSnp }: AttestationPolicy,
  others: readonly Measurement[],
  candidate: Measurement,
): void => {
  const { tee } = candidate;
  if (others.some((other) => isSimulated(other) !== isSimulated(candidate)))
    throw new RefusedError(
      "refused/mixed-measurements",
      `expected simulated TEEs alone, or genuine ones alone, got ${tee} beside ${others.map((other) => other.tee).join(", ")}`,
    );
  demand(
    isSimulated(candidate) || (tee === "sev-snp" ? sevSnp : dcap) !== undefined,
    `expected attestation.${tee === "sev-snp" ? "sevSnp" : "dcap"}, as ${tee} is to be admitted`,
  );
};
