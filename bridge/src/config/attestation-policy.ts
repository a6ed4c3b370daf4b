/** What is asked of the machines under a genuine TEE, beside what code they run. */
import {
  type Codec,
  type Decoded,
  fixedBytes,
  mapped,
  option,
  string,
  struct,
  u8,
  u32,
  u64,
  vector,
} from "@pdiem/light-client/codec/bcs";

/** Allowed values: a list of them, or whichever there are. */
export type Allowed<T> = readonly T[] | "any";

const MAX_PLATFORMS = 1024;
const MAX_STATUSES = 16;
const MAX_ADVISORIES = 256;
export const PPID_LENGTH = 16;
export const CHIP_ID_LENGTH = 64;

const allowed = <T>(item: Codec<T>, max: number): Codec<Allowed<T>> =>
  mapped<readonly T[] | undefined, Allowed<T>>(
    option(vector(item, max)),
    (listed) => listed ?? "any",
    (value) => (value === "any" ? undefined : value),
  );

/** Security version numbers of the firmware of an AMD processor; `fmc` on Turin and later only. */
export const snpTcb = struct({ bootloader: u8, tee: u8, snp: u8, microcode: u8, fmc: option(u8) });
export type SnpTcb = Decoded<typeof snpTcb>;

/** What is asked of Intel SGX and TDX. */
export const dcapPolicy = struct({
  /** Machines that may be used, by PPID. */
  platforms: allowed(fixedBytes(PPID_LENGTH), MAX_PLATFORMS),
  /** How old what vouches for the machine may be, ms, even if it hasn't expired. */
  maximumAge: u64,
  /**
   * How old the revocation list of the vendor's root may be, ms. Vendors issue one about every
   * year.
   */
  maximumRootCrlAge: u64,
  /** Intel's words for how up to date a machine is, such as `UpToDate`; never `Revoked`. */
  statuses: vector(string, MAX_STATUSES),
  /** Security advisories that may concern a machine, such as `INTEL-SA-00289`. */
  advisories: allowed(string, MAX_ADVISORIES),
  /** The lowest `tcbEvaluationDataNumber` to judge by. */
  minimumEvaluationNumber: u32,
});
export type DcapPolicy = Decoded<typeof dcapPolicy>;

/** What is asked of AMD SEV-SNP. */
export const snpPolicy = struct({
  /** Machines that may be used, by chip id. */
  platforms: allowed(fixedBytes(CHIP_ID_LENGTH), MAX_PLATFORMS),
  /** How old what vouches for the machine may be, ms, even if it hasn't expired. */
  maximumAge: u64,
  /**
   * How old the revocation list of the vendor's root may be, ms. Vendors issue one about every
   * year.
   */
  maximumRootCrlAge: u64,
  /** The lowest TCB of each family that is admitted. Milan's root seed is public: leave it out. */
  minimumTcb: struct({ milan: option(snpTcb), genoa: option(snpTcb), turin: option(snpTcb) }),
});
export type SnpPolicy = Decoded<typeof snpPolicy>;

/** What is asked of each vendor's machines; a vendor that isn't here is refused. */
export const attestationPolicy = struct({ dcap: option(dcapPolicy), sevSnp: option(snpPolicy) });
export type AttestationPolicy = Decoded<typeof attestationPolicy>;
