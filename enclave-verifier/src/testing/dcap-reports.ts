import { fromHex } from "@pdiem/light-client/bytes";

/** Bytes at offsets of an otherwise zero report. */
const placed = (size: number, parts: readonly (readonly [at: number, bytes: Uint8Array])[]): Uint8Array => {
  const report = new Uint8Array(size);
  for (const [at, bytes] of parts) report.set(bytes, at);
  return report;
};

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const filled = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);

export const TEST_REPORT_DATA = filled(64, 0xda);

export interface SgxReportFields {
  readonly attributes?: Uint8Array;
  readonly miscSelect?: Uint8Array;
  readonly mrEnclave?: Uint8Array;
  readonly mrSigner?: Uint8Array;
  readonly isvProdId?: number;
  readonly isvSvn?: number;
  readonly reportData?: Uint8Array;
}

/**
 * Makes the report body of an enclave that is initialised, 64-bit and not debugged, unless it is
 * said otherwise.
 */
export const sgxReport = (fields: SgxReportFields = {}): Uint8Array =>
  placed(384, [
    [16, fields.miscSelect ?? filled(4, 0)],
    [48, fields.attributes ?? fromHex("0500000000000000e700000000000000")],
    [64, fields.mrEnclave ?? filled(32, 0xe1)],
    [128, fields.mrSigner ?? filled(32, 0x51)],
    [256, u16(fields.isvProdId ?? 0)],
    [258, u16(fields.isvSvn ?? 0)],
    [320, fields.reportData ?? TEST_REPORT_DATA],
  ]);

export interface TdReportFields {
  readonly teeTcbSvn?: Uint8Array;
  readonly mrSignerSeam?: Uint8Array;
  readonly seamAttributes?: Uint8Array;
  readonly tdAttributes?: Uint8Array;
  readonly reportData?: Uint8Array;
  /** Makes it a report of TDX 1.5. */
  readonly teeTcbSvn2?: Uint8Array;
  readonly mrServiceTd?: Uint8Array;
}

export const TEST_TEE_TCB_SVN = fromHex("05010200000000000000000000000000");

/**
 * Makes the report body of a guest in order: not debugged, with SEPT_VE_DISABLE. Its mrTd and RTMRs
 * are d0 to d4, repeated.
 */
export const tdReport = (fields: TdReportFields = {}): Uint8Array =>
  placed(fields.teeTcbSvn2 === undefined ? 584 : 648, [
    [0, fields.teeTcbSvn ?? TEST_TEE_TCB_SVN],
    [64, fields.mrSignerSeam ?? filled(48, 0)],
    [112, fields.seamAttributes ?? filled(8, 0)],
    [120, fields.tdAttributes ?? fromHex("0000001000000000")],
    [136, filled(48, 0xd0)],
    [328, filled(48, 0xd1)],
    [376, filled(48, 0xd2)],
    [424, filled(48, 0xd3)],
    [472, filled(48, 0xd4)],
    [520, fields.reportData ?? TEST_REPORT_DATA],
    ...(fields.teeTcbSvn2 === undefined
      ? []
      : ([
          [584, fields.teeTcbSvn2],
          [600, fields.mrServiceTd ?? filled(48, 0)],
        ] as const)),
  ]);
