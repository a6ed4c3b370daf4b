import type { TeeKind } from "./evidence.js";

/** Intel's words for how up to date a platform is; those for other TEEs are a subset. */
export const TCB_STATUSES = [
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "TDRelaunchAdvised",
  "TDRelaunchAdvisedConfigurationNeeded",
  "Revoked",
] as const;

export type TcbStatus = (typeof TCB_STATUSES)[number];

export interface Tcb {
  readonly status: TcbStatus;
  /** Security advisories that concern the platform, such as `INTEL-SA-00289`, sorted, each once. */
  readonly advisories: readonly string[];
  /**
   * Intel's `tcbEvaluationDataNumber`: the state of knowledge the status was judged by. The lower
   * one of TCB info and QE identity.
   */
  readonly evaluationNumber?: number;
}

/** Milliseconds since 1970, both ends included. */
export interface ValidityWindow {
  readonly from: number;
  readonly until: number;
}

/**
 * Names of a TEE's registers, each with its value as lower-case hex (numbers as decimal text).
 * Names:
 * - sgx: mrEnclave, mrSigner, isvProdId, isvSvn, attributes, cpuSvn;
 * - tdx: mrTd, rtmr0 to rtmr3, mrConfigId, mrOwner, mrOwnerConfig, mrSeam, mrSignerSeam,
 *   tdAttributes, xfam, teeTcbSvn, for TDX 1.5 mrServiceTd and teeTcbSvn2;
 * - sev-snp: measurement, hostData, policy, reportedTcb, idKeyDigest, …;
 * - simulated: measurement.
 */
export type Measurements = Readonly<Record<string, string>>;

/** Evidence that passed every check, the policy's included. */
export interface VerifiedEvidence<Kind extends string = TeeKind> {
  readonly kind: Kind;
  readonly measurements: Measurements;
  /** Undefined for simulated evidence: nobody speaks for its platform. */
  readonly tcb: Tcb | undefined;
  /** What the evidence speaks for, 64 bytes. */
  readonly reportData: Uint8Array;
  /**
   * The machine, as lower-case hex: PPID (SGX, TDX), chip id (SEV-SNP). Undefined where evidence
   * names none.
   */
  readonly platform: string | undefined;
  /**
   * While everything that was relied on is valid: certificates, revocation lists, the vendor's
   * statements.
   */
  readonly validity: ValidityWindow;
}
