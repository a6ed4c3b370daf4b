import type { Measurements, TcbStatus } from "./result.js";

/**
 * Values that registers must have; registers that aren't named may have any. Lower-case hex, as in
 * a result.
 */
export type ExpectedMeasurements = Measurements;

/** What is asked of every genuine TEE. */
export interface TeePolicy {
  /**
   * Evidence must match one of these in all the registers it names. Each must name those that
   * identify the code: mrEnclave; mrTd and rtmr0 to rtmr2; measurement. The first of them must not
   * be zero. RTMRs of zero are those of a guest that doesn't measure what it boots. Naming them
   * admits whatever its host gave it.
   */
  readonly measurements: readonly ExpectedMeasurements[];
  /** Machines that may be used (see `platform` of a result), as lower-case hex. */
  readonly platforms: readonly string[] | "any";
  /** How old, in milliseconds, what vouches for the platform may be, even if it hasn't expired. */
  readonly maximumAge: number;
}

/** What is asked of platforms whose vendor revokes keys: Intel's and AMD's. */
export interface RevocablePolicy extends TeePolicy {
  /**
   * How old, in milliseconds, the revocation list of the vendor's root may be, even if it hasn't
   * expired. Vendors issue one about every year, or when they revoke a CA. Other lists fall under
   * `maximumAge`.
   */
  readonly maximumRootCrlAge: number;
}

export interface DcapPolicy extends RevocablePolicy {
  /** `Revoked` is refused even if it is listed. */
  readonly statuses: readonly TcbStatus[];
  /** Advisories that may concern the platform. */
  readonly advisories: readonly string[] | "any";
  /** The lowest `tcbEvaluationDataNumber` of TCB info and of QE identity. */
  readonly minimumEvaluationNumber: number;
}

/** Security version numbers of an SEV-SNP platform's firmware. */
export interface SnpTcb {
  readonly bootloader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
  /** Turin and later only. */
  readonly fmc?: number;
}

export type SnpFamily = "milan" | "genoa" | "turin";

export interface SnpPolicy extends RevocablePolicy {
  /**
   * The lowest TCB of each family that is admitted; a family that isn't here is refused. Milan's
   * root seed is public: leave it out.
   */
  readonly minimumTcb: Readonly<Partial<Record<SnpFamily, SnpTcb>>>;
}

/** Admits enclaves that prove nothing. Never where there is value. */
export interface SimulatedPolicy {
  readonly measurements: readonly ExpectedMeasurements[];
}

/** A TEE for which there is no policy is refused. */
export interface Policy {
  /**
   * What the evidence must speak for: 64 bytes, not all zero. `any` leaves it to the caller to look
   * at the result's report data. Without that, evidence can be replayed by anybody.
   */
  readonly reportData: Uint8Array | "any";
  readonly sgx?: DcapPolicy;
  readonly tdx?: DcapPolicy;
  readonly "sev-snp"?: SnpPolicy;
  readonly simulated?: SimulatedPolicy;
}
