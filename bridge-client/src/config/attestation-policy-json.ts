/** What is asked of machines, as operators write it in JSON. */
import {
  type Allowed,
  type AttestationPolicy,
  CHIP_ID_LENGTH,
  type DcapPolicy,
  PPID_LENGTH,
  type SnpPolicy,
  type SnpTcb,
} from "@pdiem/bridge/config/attestation-policy";
import { decimal, hexOf, integer, type Json, list, optional, record, text } from "../json.js";

const MAX_PLATFORMS = 1024;
const MAX_STATUSES = 16;
const MAX_ADVISORIES = 256;

const allowedJson = <T>(item: Json<T>, max: number): Json<Allowed<T>> => ({
  parse: (value, path) => (value === "any" ? value : list(item, max).parse(value, path)),
  format: (value) => (value === "any" ? value : list(item, max).format(value)),
});

const u8Json = integer(0xff);

const snpTcbJson: Json<SnpTcb> = record<SnpTcb>({
  bootloader: u8Json,
  tee: u8Json,
  snp: u8Json,
  microcode: u8Json,
  fmc: optional(u8Json),
});

const dcapPolicyJson: Json<DcapPolicy> = record<DcapPolicy>({
  platforms: allowedJson(hexOf(PPID_LENGTH), MAX_PLATFORMS),
  maximumAge: decimal(64),
  maximumRootCrlAge: decimal(64),
  statuses: list(text(64, /^[A-Za-z]+$/), MAX_STATUSES),
  advisories: allowedJson(text(32, /^INTEL-[A-Z]+-[0-9]+$/), MAX_ADVISORIES),
  minimumEvaluationNumber: integer(0xffff_ffff),
});

const snpPolicyJson: Json<SnpPolicy> = record<SnpPolicy>({
  platforms: allowedJson(hexOf(CHIP_ID_LENGTH), MAX_PLATFORMS),
  maximumAge: decimal(64),
  maximumRootCrlAge: decimal(64),
  minimumTcb: record<SnpPolicy["minimumTcb"]>({
    milan: optional(snpTcbJson),
    genoa: optional(snpTcbJson),
    turin: optional(snpTcbJson),
  }),
});

export const attestationPolicyJson: Json<AttestationPolicy> = record<AttestationPolicy>({
  dcap: optional(dcapPolicyJson),
  sevSnp: optional(snpPolicyJson),
});
