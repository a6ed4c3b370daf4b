/** What an enclave's own evidence shows of it. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { isOfSlotClass } from "@pdiem/bridge/config/holders-check";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { policyOf } from "@pdiem/enclave-verifier/bridge-policy";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { concat, equal, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { type Check, checkThat, notShown, reasonOf, refusalIn, refused } from "./check.js";
import type { ShownEnclave } from "./shown-enclave.js";

/** What of an enclave its evidence is about. */
export type ShownEvidence = Pick<
  ShownEnclave,
  "bridgeId" | "custodyKey" | "handoverKey" | "tee" | "evidence" | "share"
>;

/** What evidence is judged by. */
export interface Judging {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
  /** Drawn by whoever asks. */
  readonly challenge: Uint8Array;
  /**
   * In force by configuration and decisions; why they aren't known, where the chains couldn't be
   * proven.
   */
  readonly measurements: readonly Measurement[] | PdiemError;
  /** Or why there is none. */
  readonly collateral: Collateral | PdiemError;
  /** ms since 1970. */
  readonly now: number;
  /** Left out, the vendors'. */
  readonly roots?: Roots;
}

export interface Judged {
  readonly checks: readonly Check[];
  readonly verified: VerifiedEvidence | undefined;
}

const MEASUREMENTS = "evidence/policy-measurements";
const UNVERIFIED = "the evidence isn't verified";
const ASKED = "a genuine TEE on a machine as the configuration asks";
const ADMITTED = "code whose measurement is in force by configuration and decisions";

const IDENTIFYING: Readonly<Record<VerifiedEvidence["kind"], readonly string[]>> = {
  sgx: ["mrEnclave"],
  tdx: ["mrTd", "rtmr0", "rtmr1", "rtmr2", "rtmr3"],
  "sev-snp": ["measurement"],
  simulated: ["measurement"],
};

const registersOf = ({ kind, measurements }: VerifiedEvidence): string =>
  IDENTIFYING[kind].map((name) => `${name} ${measurements[name]}`).join(", ");

const NAMES: Readonly<Record<Exclude<VerifiedEvidence["kind"], "simulated">, string>> = {
  sgx: "Intel SGX",
  tdx: "Intel TDX",
  "sev-snp": "AMD SEV-SNP",
};

/** Only Intel says how up to date a machine is. */
const tcbOf = (tcb: VerifiedEvidence["tcb"]): string => {
  if (tcb?.evaluationNumber === undefined) return "firmware at the configuration's minimum or above";
  const { status, advisories, evaluationNumber } = tcb;
  const named = advisories.length === 0 ? "" : ` (${advisories.join(", ")})`;
  return `${status}${named} by Intel's evaluation ${evaluationNumber}`;
};

const machineOf = ({ kind, tcb, platform, validity }: VerifiedEvidence): string =>
  kind === "simulated"
    ? "SIMULATED: no TEE at all, which the configuration admits"
    : `${NAMES[kind]}, ${tcbOf(tcb)}, platform ${platform ?? "not told"}, holds until ${new Date(validity.until).toISOString()}`;

/** Lists measurements that may hold what the enclave says: a slot's share is for its class. */
const allowedFor = ({ share }: ShownEvidence, { config, measurements }: Judging): readonly Measurement[] => {
  const { holders } = config;
  const inForce = isPdiemError(measurements) ? config.measurements : measurements;
  if (holders === undefined || share === undefined) return inForce;
  return inForce.filter((one) => isOfSlotClass(holders, share.slot, one));
};

/** Verifies all but the report data, which is checked apart. */
const verify = (shown: ShownEvidence, judging: Judging): VerifiedEvidence | PdiemError => {
  const { config, collateral, now, roots } = judging;
  if (isPdiemError(collateral)) return collateral;
  const rules = { measurements: allowedFor(shown, judging), attestation: config.attestation };
  try {
    const policy = { ...policyOf(rules, new Uint8Array()), reportData: "any" as const };
    const evidence = readShownEvidence({ tee: shown.tee, bytes: shown.evidence });
    return verifyEvidence(evidence, { policy, collateral, now, ...(roots === undefined ? {} : { roots }) });
  } catch (error) {
    return refusalIn(error);
  }
};

const checkTee = (verified: VerifiedEvidence | PdiemError): Check => {
  if (!isPdiemError(verified)) return checkThat("TEE", true, ASKED, machineOf(verified));
  if (verified.code === MEASUREMENTS)
    return notShown("TEE", ASKED, "its code isn't admitted: nothing else was looked at");
  return verified instanceof EvidenceRefusal
    ? refused("TEE", ASKED, verified)
    : notShown("TEE", ASKED, reasonOf(verified));
};

const checkMeasurement = (verified: VerifiedEvidence | PdiemError, { measurements }: Judging): Check => {
  if (isPdiemError(verified))
    return verified.code === MEASUREMENTS
      ? refused("measurement", ADMITTED, verified)
      : notShown("measurement", ADMITTED, UNVERIFIED);
  if (isPdiemError(measurements))
    return notShown(
      "measurement",
      ADMITTED,
      `one of the configuration's; decisions aren't known: ${reasonOf(measurements)}`,
    );
  return checkThat("measurement", true, ADMITTED, registersOf(verified));
};

const checkReportData = (verified: VerifiedEvidence | PdiemError, shown: ShownEvidence, judging: Judging): Check => {
  const { custodyKey, handoverKey, share } = shown;
  const { bridgeId, challenge } = judging;
  const hash = holderReportData({ bridgeId, custodyKey, handoverKey, challenge, share });
  const expected = `${toHex(hash)}: this bridge, the keys it names, and the challenge of this run`;
  if (isPdiemError(verified)) return notShown("report data", expected, UNVERIFIED);
  const { reportData } = verified;
  return checkThat(
    "report data",
    equal(reportData, concat(hash, new Uint8Array(reportData.length - hash.length))),
    expected,
    toHex(reportData),
  );
};

/** Who holds the key whole where several should, or a share where one should hold it. */
const checkHolding = ({ share }: ShownEvidence, { config: { holders } }: Judging): readonly Check[] => {
  if ((holders === undefined) === (share === undefined)) return [];
  const [several, one] = ["a share of the key, as the configuration names holders", "the key whole"];
  return [
    checkThat("share", false, holders === undefined ? one : several, share === undefined ? one : "a share of it"),
  ];
};

/**
 * Checks the bridge that the enclave names, and its evidence: of its three lines none holds without
 * those before.
 */
export const checkEvidence = (shown: ShownEvidence, judging: Judging): Judged => {
  const { bridgeId } = judging;
  const verified = verify(shown, judging);
  const checks = [
    checkThat(
      "bridge",
      equal(shown.bridgeId, bridgeId),
      `0x${toHex(bridgeId)}, the configuration's hash`,
      `0x${toHex(shown.bridgeId)}`,
    ),
    checkTee(verified),
    checkMeasurement(verified, judging),
    checkReportData(verified, shown, judging),
    ...checkHolding(shown, judging),
  ];
  return { checks, verified: isPdiemError(verified) ? undefined : verified };
};
