import { createReader, type Reader, readAll } from "@pdiem/light-client/codec/reader";
import { DecodeError } from "@pdiem/light-client/error";
import { SGX_REPORT_BYTES } from "./sgx-report.js";

/**
 * What a quote carries to be verified with: the ECDSA P-256 quote signature data structure. Views
 * of the input.
 */
export interface QuoteSignature {
  /** r ‖ s by the attestation key over the quote's header and body. */
  readonly signature: Uint8Array;
  /** x ‖ y. */
  readonly attestationKey: Uint8Array;
  /** The quoting enclave's report about the attestation key. */
  readonly qeReport: Uint8Array;
  /** r ‖ s by the platform's PCK key over `qeReport`. */
  readonly qeReportSignature: Uint8Array;
  readonly qeAuthData: Uint8Array;
  /** PEM, leaf to root. */
  readonly pckChain: string;
}

const PCK_CHAIN = 5;
const QE_REPORT_CERTIFICATION = 6;

type QeCertification = Omit<QuoteSignature, "signature" | "attestationKey">;

const readQeCertification = (reader: Reader): QeCertification => {
  const qeReport = reader.bytes(SGX_REPORT_BYTES);
  const qeReportSignature = reader.bytes(64);
  const qeAuthData = reader.bytes(reader.u16());
  const type = reader.u16();
  if (type !== PCK_CHAIN)
    throw new DecodeError("decode/quote", `expected certification data ${PCK_CHAIN} (a PCK chain), got ${type}`);
  const pckChain = new TextDecoder().decode(reader.bytes(reader.u32()));
  return { qeReport, qeReportSignature, qeAuthData, pckChain };
};

/**
 * Reads the length-prefixed signature data behind a quote's body. What comes after it isn't looked
 * at: buffers of quotes are padded.
 * @param version of the quote: since 4 the quoting enclave's part is wrapped once more
 * @throws DecodeError
 */
export const parseQuoteSignature = (bytes: Uint8Array, version: number): QuoteSignature => {
  const outer = createReader(bytes);
  return readAll(outer.bytes(outer.u32()), (reader) => {
    const signature = reader.bytes(64);
    const attestationKey = reader.bytes(64);
    if (version === 3) return { signature, attestationKey, ...readQeCertification(reader) };
    const type = reader.u16();
    if (type !== QE_REPORT_CERTIFICATION)
      throw new DecodeError("decode/quote", `expected certification data ${QE_REPORT_CERTIFICATION}, got ${type}`);
    return { signature, attestationKey, ...readAll(reader.bytes(reader.u32()), readQeCertification) };
  });
};
