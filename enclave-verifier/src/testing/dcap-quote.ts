import { p256 } from "@noble/curves/nist.js";
import { concat, fromHex, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { sgxReport } from "./dcap-reports.js";
import { QE_ISV_SVN, QE_MR_SIGNER, QE_PROD_ID } from "./dcap-statements.js";

/** What a test quote is made of; what is left out is as on a platform in order. */
export interface QuoteParts {
  readonly version: 3 | 4 | 5;
  readonly kind: "sgx" | "tdx";
  readonly body: Uint8Array;
  /** PEM. */
  readonly pckChain: string;
  /** Signs by the PCK key, as r ‖ s. */
  readonly signWithPck: (bytes: Uint8Array) => Uint8Array;
  readonly qeReport?: Uint8Array;
  readonly attestationKey?: Uint8Array;
  readonly signature?: Uint8Array;
  readonly vendor?: Uint8Array;
  readonly keyType?: number;
  /** Type of a body of version 5; the one that belongs to the body's length without. */
  readonly bodyType?: number;
  readonly trailing?: Uint8Array;
}

const INTEL_VENDOR = fromHex("939a7233f79c4ca9940a0db3957f0607");
const QE_AUTH_DATA = Uint8Array.from({ length: 32 }, (_, i) => i);
const ATTESTATION_SECRET = new Uint8Array(32).fill(0x42);
const BODY_TYPES: Readonly<Record<number, number>> = { 384: 1, 584: 2, 648: 3 };

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const u32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};
const sized = (type: number, data: Uint8Array): Uint8Array => concat(u16(type), u32(data.length), data);

/** The attestation key's half that a quote shows: x ‖ y. */
export const TEST_ATTESTATION_KEY = p256.getPublicKey(ATTESTATION_SECRET, false).slice(1);

/** Makes what a quoting enclave's report says of an attestation key. */
export const qeReportData = (attestationKey: Uint8Array): Uint8Array =>
  concat(sha256(attestationKey, QE_AUTH_DATA), new Uint8Array(32));

export const testQeReport = (kind: "sgx" | "tdx", fields: Parameters<typeof sgxReport>[0] = {}): Uint8Array =>
  sgxReport({
    attributes: fromHex("11000000000000000000000000000000"),
    mrSigner: QE_MR_SIGNER,
    isvProdId: QE_PROD_ID[kind],
    isvSvn: QE_ISV_SVN,
    reportData: qeReportData(TEST_ATTESTATION_KEY),
    ...fields,
  });

/** Makes a DCAP quote, signed by a fixed attestation key unless it is said otherwise. */
export const testQuote = (parts: QuoteParts): Uint8Array => {
  const { version, kind, body } = parts;
  const header = concat(
    u16(version),
    u16(parts.keyType ?? 2),
    u32(kind === "sgx" ? 0 : 0x81),
    new Uint8Array(4),
    parts.vendor ?? INTEL_VENDOR,
    new Uint8Array(20),
  );
  const signed = concat(
    header,
    version === 5 ? concat(u16(parts.bodyType ?? BODY_TYPES[body.length] ?? 0), u32(body.length)) : new Uint8Array(),
    body,
  );
  const qeReport = parts.qeReport ?? testQeReport(kind);
  const certification = concat(
    qeReport,
    parts.signWithPck(qeReport),
    u16(QE_AUTH_DATA.length),
    QE_AUTH_DATA,
    sized(5, concat(utf8(parts.pckChain), Uint8Array.of(0))),
  );
  const signatureData = concat(
    parts.signature ?? p256.sign(signed, ATTESTATION_SECRET),
    parts.attestationKey ?? TEST_ATTESTATION_KEY,
    version === 3 ? certification : sized(6, certification),
  );
  return concat(signed, u32(signatureData.length), signatureData, parts.trailing ?? new Uint8Array());
};
