import { toHex } from "@pdiem/light-client/bytes";
import type { Measurements } from "../result.js";

/**
 * The report body of an SGX enclave, 384 bytes: an application's enclave, or Intel's quoting
 * enclave. Views of the input.
 */
export interface SgxReport {
  readonly cpuSvn: Uint8Array;
  readonly miscSelect: Uint8Array;
  readonly attributes: Uint8Array;
  readonly mrEnclave: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Uint8Array;
}

export const SGX_REPORT_BYTES = 384;
const DEBUG = 0x02;

/**
 * Parses the report body of an SGX enclave.
 * @param body exactly 384 bytes
 */
export const parseSgxReport = (body: Uint8Array): SgxReport => {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return {
    cpuSvn: body.subarray(0, 16),
    miscSelect: body.subarray(16, 20),
    attributes: body.subarray(48, 64),
    mrEnclave: body.subarray(64, 96),
    mrSigner: body.subarray(128, 160),
    isvProdId: view.getUint16(256, true),
    isvSvn: view.getUint16(258, true),
    reportData: body.subarray(320, 384),
  };
};

/** Tells whether the host may read the enclave's memory. */
export const isDebugEnclave = ({ attributes }: SgxReport): boolean => ((attributes[0] ?? 0) & DEBUG) !== 0;

export const sgxMeasurements = (report: SgxReport): Measurements => ({
  cpuSvn: toHex(report.cpuSvn),
  attributes: toHex(report.attributes),
  mrEnclave: toHex(report.mrEnclave),
  mrSigner: toHex(report.mrSigner),
  isvProdId: `${report.isvProdId}`,
  isvSvn: `${report.isvSvn}`,
});
