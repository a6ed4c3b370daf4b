import { toHex } from "@pdiem/light-client/bytes";
import type { Measurements } from "../result.js";

/** The report body of a TDX guest, 584 bytes, or 648 with what TDX 1.5 adds. Views of the input. */
export interface TdReport {
  readonly teeTcbSvn: Uint8Array;
  readonly mrSeam: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  readonly mrTd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  readonly rtmr0: Uint8Array;
  readonly rtmr1: Uint8Array;
  readonly rtmr2: Uint8Array;
  readonly rtmr3: Uint8Array;
  readonly reportData: Uint8Array;
  /** TDX 1.5: the TCB as it is now, while `teeTcbSvn` is the one at launch. */
  readonly teeTcbSvn2: Uint8Array | undefined;
  /**
   * TDX 1.5: the service guest that may act on this one, such as one that migrates it. Zero
   * without.
   */
  readonly mrServiceTd: Uint8Array | undefined;
}

export const TD_REPORT_BYTES = 584;
export const TD15_REPORT_BYTES = 648;

/**
 * Parses the report body of a TDX guest.
 * @param body exactly 584 or 648 bytes
 */
export const parseTdReport = (body: Uint8Array): TdReport => {
  const is15 = body.length === TD15_REPORT_BYTES;
  const register = (at: number): Uint8Array => body.subarray(at, at + 48);
  return {
    teeTcbSvn: body.subarray(0, 16),
    mrSeam: register(16),
    mrSignerSeam: register(64),
    seamAttributes: body.subarray(112, 120),
    tdAttributes: body.subarray(120, 128),
    xfam: body.subarray(128, 136),
    mrTd: register(136),
    mrConfigId: register(184),
    mrOwner: register(232),
    mrOwnerConfig: register(280),
    rtmr0: register(328),
    rtmr1: register(376),
    rtmr2: register(424),
    rtmr3: register(472),
    reportData: body.subarray(520, 584),
    teeTcbSvn2: is15 ? body.subarray(584, 600) : undefined,
    mrServiceTd: is15 ? register(600) : undefined,
  };
};

export const tdMeasurements = ({ reportData: _, ...registers }: TdReport): Measurements => {
  const measurements: Record<string, string> = {};
  for (const [name, value] of Object.entries(registers)) if (value !== undefined) measurements[name] = toHex(value);
  return measurements;
};
