import { toHex } from "@pdiem/light-client/bytes";
import { createReader } from "@pdiem/light-client/codec/reader";
import { EvidenceRefusal } from "../refusal.js";

/** Bytes of an attestation report, its signature with it. */
export const REPORT_LENGTH = 1184;
/** What the signature covers. */
export const SIGNED_LENGTH = 0x2a0;

/**
 * An ATTESTATION_REPORT of the SEV-SNP firmware ABI (AMD document 56860), versions 2 to 5. Nothing
 * in it is verified yet.
 */
export interface Report {
  readonly version: number;
  readonly guestSvn: number;
  /** Bits that the guest's owner demanded at launch. */
  readonly policy: bigint;
  /** The guest's privilege level that asked for the report, 0 being the highest. */
  readonly vmpl: number;
  readonly signatureAlgorithm: number;
  readonly platformInfo: bigint;
  readonly signerInfo: number;
  readonly reportData: Uint8Array;
  /** SHA-384 of the guest at launch, 48 bytes. */
  readonly measurement: Uint8Array;
  readonly hostData: Uint8Array;
  readonly idKeyDigest: Uint8Array;
  readonly authorKeyDigest: Uint8Array;
  readonly reportId: Uint8Array;
  /** Id of the migration agent's report; all 0xff without one. */
  readonly migrationAgentReportId: Uint8Array;
  /** CPUID family and model, extended ones added, and stepping; undefined before version 3. */
  readonly cpu: { readonly family: number; readonly model: number; readonly stepping: number } | undefined;
  /** 64 bytes; all zero where the host masks it. */
  readonly chipId: Uint8Array;
  /** 8 bytes each, whose order depends on the product: `readTcbVersion`. */
  readonly currentTcb: Uint8Array;
  readonly reportedTcb: Uint8Array;
  readonly committedTcb: Uint8Array;
  readonly launchTcb: Uint8Array;
  /** The bytes that are signed. */
  readonly signed: Uint8Array;
  /** r and s, 72 bytes each, little endian. */
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

const malformed = (what: string): EvidenceRefusal => new EvidenceRefusal("format", "snp-report", what);

/**
 * Reads a report, every byte accounted for: reserved ones must be zero.
 * @throws EvidenceRefusal `evidence/format-snp-report`
 */
export const readReport = (bytes: Uint8Array): Report => {
  if (bytes.length !== REPORT_LENGTH)
    throw malformed(`expected a report of ${REPORT_LENGTH} bytes, got ${bytes.length}`);
  const reader = createReader(bytes);
  const reserved = (length: number): void => {
    const at = reader.offset();
    const found = reader.bytes(length);
    if (found.some((byte) => byte !== 0))
      throw malformed(`expected ${length} reserved bytes at ${at} to be zero, got ${toHex(found).slice(0, 96)}`);
  };
  const version = reader.u32();
  if (version < 2 || version > 5) throw malformed(`expected a report of version 2 to 5, got ${version}`);
  const guestSvn = reader.u32();
  const policy = reader.u64();
  reader.bytes(32);
  const vmpl = reader.u32();
  const signatureAlgorithm = reader.u32();
  const currentTcb = reader.bytes(8);
  const platformInfo = reader.u64();
  const signerInfo = reader.u32();
  reserved(4);
  const reportData = reader.bytes(64);
  const measurement = reader.bytes(48);
  const hostData = reader.bytes(32);
  const idKeyDigest = reader.bytes(48);
  const authorKeyDigest = reader.bytes(48);
  const reportId = reader.bytes(32);
  const migrationAgentReportId = reader.bytes(32);
  const reportedTcb = reader.bytes(8);
  const cpu = version < 3 ? undefined : { family: reader.u8(), model: reader.u8(), stepping: reader.u8() };
  reserved(0x1a0 - reader.offset());
  const chipId = reader.bytes(64);
  const committedTcb = reader.bytes(8);
  reader.bytes(3);
  reserved(1);
  reader.bytes(3);
  reserved(1);
  const launchTcb = reader.bytes(8);
  // Version 5 tells which mitigations were on at launch and are now.
  if (version >= 5) reader.bytes(16);
  reserved(SIGNED_LENGTH - reader.offset());
  const r = reader.bytes(72);
  const s = reader.bytes(72);
  reserved(reader.left());
  return {
    version,
    guestSvn,
    policy,
    vmpl,
    signatureAlgorithm,
    platformInfo,
    signerInfo,
    reportData,
    measurement,
    hostData,
    idKeyDigest,
    authorKeyDigest,
    reportId,
    migrationAgentReportId,
    cpu,
    chipId,
    currentTcb,
    reportedTcb,
    committedTcb,
    launchTcb,
    signed: bytes.subarray(0, SIGNED_LENGTH),
    r,
    s,
  };
};
