import "reflect-metadata";
import { KeyObject, sign, type webcrypto } from "node:crypto";
import { toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { Extension } from "@peculiar/x509";
import type { SnpCollateral } from "../evidence.js";
import type { SnpFamily, SnpTcb } from "../policy.js";
import { type Roots, VENDOR_ROOTS } from "../roots.js";
import { FAMILY_NAMES } from "../sev-snp/family.js";
import { REPORT_LENGTH, SIGNED_LENGTH } from "../sev-snp/report.js";
import { type CertificateOptions, type Holder, issueCertificate, issueCrl, toPem } from "./certificates.js";

/** Fields of a report that a test sets; others are as on a machine in order. */
export interface ReportFields {
  readonly version?: number;
  readonly policy?: bigint;
  readonly vmpl?: number;
  readonly signatureAlgorithm?: number;
  readonly signerInfo?: number;
  readonly reportData?: Uint8Array;
  readonly measurement?: Uint8Array;
  readonly chipId?: Uint8Array;
  /** CPUID family and model. */
  readonly cpu?: readonly [family: number, model: number];
  readonly tcb?: SnpTcb;
  /** Instead of `tcb` for the one that the guest was launched under. */
  readonly launchTcb?: SnpTcb;
}

/** A machine with AMD's chain of certificates, of the tests' own making. */
export interface SnpPlatform {
  readonly family: SnpFamily;
  readonly roots: Roots;
  readonly ark: Holder;
  readonly ask: Holder;
  readonly vcek: Holder;
  readonly collateral: SnpCollateral;
  readonly report: (fields?: ReportFields) => Uint8Array;
}

export const TEST_TCB: SnpTcb = { bootloader: 9, tee: 1, snp: 23, microcode: 72 };
export const TEST_MEASUREMENT = new Uint8Array(48).fill(0xab);
export const TEST_REPORT_DATA = new Uint8Array(64).fill(0x5a);
const POLICY = 0x30000n;
const CPUS = { milan: [0x19, 0x01], genoa: [0x19, 0x11], turin: [0x1a, 0x02] } as const;

export const testChipId = (family: SnpFamily): Uint8Array =>
  new Uint8Array(64).fill(0xc1, 0, family === "turin" ? 8 : 64);

const tcbBytes = (tcb: SnpTcb, family: SnpFamily): Uint8Array =>
  family === "turin"
    ? Uint8Array.of(tcb.fmc ?? 0, tcb.bootloader, tcb.tee, tcb.snp, 0, 0, 0, tcb.microcode)
    : Uint8Array.of(tcb.bootloader, tcb.tee, 0, 0, 0, 0, tcb.snp, tcb.microcode);

const level = (arc: number, value: number): Extension =>
  new Extension(
    `1.3.6.1.4.1.3704.1.3.${arc}`,
    false,
    value < 128 ? Uint8Array.of(2, 1, value) : Uint8Array.of(2, 2, 0, value),
  );

/** Makes the extensions of a VCEK for a TCB and a chip. */
export const vcekExtensions = (tcb: SnpTcb, chipId: Uint8Array, family: SnpFamily): readonly Extension[] => [
  level(1, tcb.bootloader),
  level(2, tcb.tee),
  level(3, tcb.snp),
  level(8, tcb.microcode),
  ...(family === "turin" ? [level(9, tcb.fmc ?? 0)] : []),
  new Extension("1.3.6.1.4.1.3704.1.4", false, chipId.slice(0, family === "turin" ? 8 : 64)),
];

const buildReport = (fields: ReportFields, family: SnpFamily, chipId: Uint8Array, tcb: SnpTcb): Uint8Array => {
  const bytes = new Uint8Array(REPORT_LENGTH);
  const view = new DataView(bytes.buffer);
  const version = fields.version ?? 3;
  view.setUint32(0, version, true);
  view.setBigUint64(8, fields.policy ?? POLICY, true);
  view.setUint32(0x30, fields.vmpl ?? 0, true);
  view.setUint32(0x34, fields.signatureAlgorithm ?? 1, true);
  view.setUint32(0x48, fields.signerInfo ?? 0, true);
  bytes.set(fields.reportData ?? TEST_REPORT_DATA, 0x50);
  bytes.set(fields.measurement ?? TEST_MEASUREMENT, 0x90);
  bytes.fill(0xff, 0x160, 0x180);
  const current = tcbBytes(fields.tcb ?? tcb, family);
  for (const at of [0x38, 0x180, 0x1e0]) bytes.set(current, at);
  bytes.set(tcbBytes(fields.launchTcb ?? fields.tcb ?? tcb, family), 0x1f0);
  if (version >= 3) bytes.set(fields.cpu ?? CPUS[family], 0x188);
  bytes.set(fields.chipId ?? chipId, 0x1a0);
  return bytes;
};

/** Signs what a report says as the firmware does: r and s in 72 bytes each, little endian. */
export const signReport = (report: Uint8Array, key: webcrypto.CryptoKey): Uint8Array => {
  const signature = sign("sha384", report.subarray(0, SIGNED_LENGTH), {
    key: KeyObject.from(key),
    dsaEncoding: "ieee-p1363",
  });
  const signed = new Uint8Array(report);
  signed.set(signature.subarray(0, 48).toReversed(), SIGNED_LENGTH);
  signed.set(signature.subarray(48).toReversed(), SIGNED_LENGTH + 72);
  return signed;
};

export interface SnpPlatformOptions {
  readonly family?: SnpFamily;
  readonly tcb?: SnpTcb;
  readonly chipId?: Uint8Array;
  /** What the certificates have instead of what they should. */
  readonly arkCertificate?: Partial<CertificateOptions>;
  readonly askCertificate?: Partial<CertificateOptions>;
  readonly vcekCertificate?: Partial<CertificateOptions>;
}

export const createSnpPlatform = async (options: SnpPlatformOptions = {}): Promise<SnpPlatform> => {
  const { family = "genoa", tcb = TEST_TCB } = options;
  const chipId = options.chipId ?? testChipId(family);
  const name = FAMILY_NAMES[family];
  const ark = await issueCertificate({ subject: `CN=ARK-${name}`, kind: "RSA", ca: true, ...options.arkCertificate });
  const ask = await issueCertificate({
    subject: `CN=SEV-${name}`,
    kind: "RSA",
    ca: true,
    pathLength: 0,
    issuer: ark,
    serial: "a5",
    ...options.askCertificate,
  });
  const vcek = await issueCertificate({
    subject: "CN=SEV-VCEK",
    kind: "P-384",
    issuer: ask,
    extensions: vcekExtensions(tcb, chipId, family),
    ...options.vcekCertificate,
  });
  return {
    family,
    roots: { ...VENDOR_ROOTS, amd: { ...VENDOR_ROOTS.amd, [family]: toHex(sha256(ark.der)) } },
    ark,
    ask,
    vcek,
    collateral: { kind: "sev-snp", vcek: vcek.der, chain: toPem(ask, ark), crl: await issueCrl({ issuer: ark }) },
    report: (fields = {}) => signReport(buildReport(fields, family, chipId, tcb), vcek.keys.privateKey),
  };
};
