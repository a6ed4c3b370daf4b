/** What is asked of the machines under a genuine TEE, beside what code they run. */
import {
  type Codec,
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
import { decimal, hexOf, integer, type Json, list, optional, record, text } from "./json.js";

/** Those listed, or whichever there are. */
export type Allowed<T> = readonly T[] | "any";

interface PlatformRules {
  /** Machines that may be used: PPIDs of 16 bytes (Intel), chip ids of 64 (AMD). */
  readonly platforms: Allowed<Uint8Array>;
  /** How old, ms, what vouches for the machine may be, even if it hasn't expired. */
  readonly maximumAge: bigint;
}

/** Of Intel SGX and TDX. */
export interface DcapAttestation extends PlatformRules {
  /** Intel's words for how up to date a machine is, such as `UpToDate`; `Revoked` can't be among them. */
  readonly statuses: readonly string[];
  /** Security advisories that may concern a machine, such as `INTEL-SA-00289`. */
  readonly advisories: Allowed<string>;
  /** The lowest `tcbEvaluationDataNumber` to judge by. */
  readonly minimumEvaluationNumber: number;
}

/** Security version numbers of the firmware of an AMD processor. */
export interface SnpTcb {
  readonly bootloader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
  /** Turin and later only. */
  readonly fmc: number | undefined;
}

/** Of AMD SEV-SNP. */
export interface SnpAttestation extends PlatformRules {
  /** The lowest TCB of each family of processors that is admitted. Milan's root seed is public: leave it out. */
  readonly minimumTcb: Readonly<Record<"milan" | "genoa" | "turin", SnpTcb | undefined>>;
}

/** A vendor that isn't here is refused. */
export interface Attestation {
  readonly dcap: DcapAttestation | undefined;
  readonly sevSnp: SnpAttestation | undefined;
}

const MAX_PLATFORMS = 1024;
const MAX_STATUSES = 16;
const MAX_ADVISORIES = 256;
const PPID = 16;
const CHIP_ID = 64;

const allowed = <T>(item: Codec<T>, max: number): Codec<Allowed<T>> =>
  mapped<readonly T[] | undefined, Allowed<T>>(
    option(vector(item, max)),
    (listed) => listed ?? "any",
    (value) => (value === "any" ? undefined : value),
  );

const allowedJson = <T>(item: Json<T>, max: number): Json<Allowed<T>> => ({
  parse: (value, path) => (value === "any" ? value : list(item, max).parse(value, path)),
  format: (value) => (value === "any" ? value : list(item, max).format(value)),
});

const snpTcb: Codec<SnpTcb> = struct<SnpTcb>({ bootloader: u8, tee: u8, snp: u8, microcode: u8, fmc: option(u8) });

const dcapAttestation: Codec<DcapAttestation> = struct<DcapAttestation>({
  platforms: allowed(fixedBytes(PPID), MAX_PLATFORMS),
  maximumAge: u64,
  statuses: vector(string, MAX_STATUSES),
  advisories: allowed(string, MAX_ADVISORIES),
  minimumEvaluationNumber: u32,
});

const snpAttestation: Codec<SnpAttestation> = struct<SnpAttestation>({
  platforms: allowed(fixedBytes(CHIP_ID), MAX_PLATFORMS),
  maximumAge: u64,
  minimumTcb: struct<SnpAttestation["minimumTcb"]>({
    milan: option(snpTcb),
    genoa: option(snpTcb),
    turin: option(snpTcb),
  }),
});

export const attestation: Codec<Attestation> = struct<Attestation>({
  dcap: option(dcapAttestation),
  sevSnp: option(snpAttestation),
});

const u8Json = integer(0xff);

const snpTcbJson: Json<SnpTcb> = record<SnpTcb>({
  bootloader: u8Json,
  tee: u8Json,
  snp: u8Json,
  microcode: u8Json,
  fmc: optional(u8Json),
});

export const attestationJson: Json<Attestation> = record<Attestation>({
  dcap: optional(
    record<DcapAttestation>({
      platforms: allowedJson(hexOf(PPID), MAX_PLATFORMS),
      maximumAge: decimal(64),
      statuses: list(text(64, /^[A-Za-z]+$/), MAX_STATUSES),
      advisories: allowedJson(text(32, /^INTEL-[A-Z]+-[0-9]+$/), MAX_ADVISORIES),
      minimumEvaluationNumber: integer(0xffff_ffff),
    }),
  ),
  sevSnp: optional(
    record<SnpAttestation>({
      platforms: allowedJson(hexOf(CHIP_ID), MAX_PLATFORMS),
      maximumAge: decimal(64),
      minimumTcb: record<SnpAttestation["minimumTcb"]>({
        milan: optional(snpTcbJson),
        genoa: optional(snpTcbJson),
        turin: optional(snpTcbJson),
      }),
    }),
  ),
});
