/**
 * A bridge's rules, as its configuration and its guardians' decisions have them, as a policy for
 * evidence.
 */
import { concat, toHex } from "@pdiem/light-client/bytes";
import type { ExpectedMeasurements, Policy, RevocablePolicy, SnpFamily, SnpTcb } from "./policy.js";
import { TCB_STATUSES, type TcbStatus } from "./result.js";

interface PlatformRules {
  readonly platforms: readonly Uint8Array[] | "any";
  /** ms, as the next one. */
  readonly maximumAge: bigint;
  readonly maximumRootCrlAge: bigint;
}

/**
 * What a bridge asks of TEEs: the shapes of `@pdiem/bridge/attestation` and
 * `@pdiem/bridge/measurement`.
 */
export interface BridgeRules {
  /** Measurements in force: what code may hold the key. */
  readonly measurements: readonly { readonly tee: string; readonly value: Uint8Array }[];
  readonly attestation: {
    readonly dcap:
      | (PlatformRules & {
          readonly statuses: readonly string[];
          readonly advisories: readonly string[] | "any";
          readonly minimumEvaluationNumber: number;
        })
      | undefined;
    readonly sevSnp:
      | (PlatformRules & {
          readonly minimumTcb: Readonly<
            Record<SnpFamily, (Omit<SnpTcb, "fmc"> & { readonly fmc: number | undefined }) | undefined>
          >;
        })
      | undefined;
  };
}

const REPORT_DATA_LENGTH = 64;
const TDX_REGISTER = 48;
const TDX_REGISTERS = ["mrTd", "rtmr0", "rtmr1", "rtmr2", "rtmr3"];

const tdxRegisters = (value: Uint8Array): ExpectedMeasurements =>
  Object.fromEntries(
    TDX_REGISTERS.map((name, i) => [name, toHex(value.subarray(i * TDX_REGISTER, (i + 1) * TDX_REGISTER))]),
  );

const REGISTERS = {
  sgx: (value: Uint8Array): ExpectedMeasurements => ({ mrEnclave: toHex(value) }),
  tdx: tdxRegisters,
  "sev-snp": (value: Uint8Array): ExpectedMeasurements => ({ measurement: toHex(value) }),
  simulated: (value: Uint8Array): ExpectedMeasurements => ({ measurement: toHex(value) }),
};

const allowedOf = ({ measurements }: BridgeRules, kind: keyof typeof REGISTERS): readonly ExpectedMeasurements[] =>
  measurements.flatMap(({ tee, value }) => (tee === kind ? [REGISTERS[kind](value)] : []));

const platformPolicy = ({
  platforms,
  maximumAge,
  maximumRootCrlAge,
}: PlatformRules): Omit<RevocablePolicy, "measurements"> => ({
  platforms: platforms === "any" ? platforms : platforms.map(toHex),
  maximumAge: Number(maximumAge),
  maximumRootCrlAge: Number(maximumRootCrlAge),
});

const isStatus = (text: string): text is TcbStatus => TCB_STATUSES.some((status) => status === text);

const dcapPolicies = (rules: BridgeRules): Pick<Policy, "sgx" | "tdx"> => {
  const { dcap } = rules.attestation;
  if (dcap === undefined) return {};
  const { advisories, minimumEvaluationNumber } = dcap;
  const common = {
    ...platformPolicy(dcap),
    statuses: dcap.statuses.filter(isStatus),
    advisories,
    minimumEvaluationNumber,
  };
  return {
    sgx: { ...common, measurements: allowedOf(rules, "sgx") },
    tdx: { ...common, measurements: allowedOf(rules, "tdx") },
  };
};

const snpPolicy = (rules: BridgeRules): Pick<Policy, "sev-snp"> => {
  const { sevSnp } = rules.attestation;
  if (sevSnp === undefined) return {};
  const minimumTcb: Partial<Record<SnpFamily, SnpTcb>> = {};
  for (const family of ["milan", "genoa", "turin"] as const) {
    const tcb = sevSnp.minimumTcb[family];
    if (tcb === undefined) continue;
    const { fmc, ...levels } = tcb;
    minimumTcb[family] = fmc === undefined ? levels : { ...levels, fmc };
  }
  const measurements = allowedOf(rules, "sev-snp");
  return { "sev-snp": { ...platformPolicy(sevSnp), measurements, minimumTcb } };
};

/**
 * Makes the policy of a bridge: what evidence must show for its enclave to be given the key. A
 * vendor that nothing is asked of is refused; so is a simulated enclave, but where measurements of
 * such are.
 * @param reportData what the evidence must speak for, at most 64 bytes; zeros follow
 */
export const policyOf = (rules: BridgeRules, reportData: Uint8Array): Policy => {
  const simulated = allowedOf(rules, "simulated");
  return {
    reportData: concat(reportData, new Uint8Array(Math.max(0, REPORT_DATA_LENGTH - reportData.length))),
    ...dcapPolicies(rules),
    ...snpPolicy(rules),
    ...(simulated.length > 0 ? { simulated: { measurements: simulated } } : {}),
  };
};
