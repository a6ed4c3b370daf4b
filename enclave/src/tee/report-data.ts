/** The field in evidence that a program fills: 64 bytes in every TEE. */
import { equal } from "@pdiem/light-client/bytes";
import { TeeError } from "../error.js";
import type { TeeKind } from "./tee.js";

export const REPORT_DATA_LENGTH = 64;
const CHOSEN_LENGTH = 32;
const SNP_REPORT_LENGTH = 1184;
const SNP_OFFSET = 0x50;

/** In a DCAP quote's body. */
const DCAP_OFFSETS = { sgx: 320, tdx: 520 } as const;

/** Where a DCAP quote's body starts, by the version that its first two bytes give. */
const BODY_OFFSETS: ReadonlyMap<number | undefined, number> = new Map([
  [3, 48],
  [4, 48],
  [5, 54],
]);

/**
 * Pads 32 bytes with 32 zeros.
 * @throws TeeError `tee/report-data` on another length
 */
export const padReportData = (chosen: Uint8Array): Uint8Array => {
  if (chosen.length !== CHOSEN_LENGTH)
    throw new TeeError("tee/report-data", `expected ${CHOSEN_LENGTH} bytes to put into evidence, got ${chosen.length}`);
  const field = new Uint8Array(REPORT_DATA_LENGTH);
  field.set(chosen);
  return field;
};

/** Finds where the field is in a quote or report; undefined in one of another form. */
export const reportDataOffset = (kind: Exclude<TeeKind, "simulated">, evidence: Uint8Array): number | undefined => {
  if (kind === "sev-snp") return evidence.length === SNP_REPORT_LENGTH ? SNP_OFFSET : undefined;
  const body = evidence[1] === 0 ? BODY_OFFSETS.get(evidence[0]) : undefined;
  return body === undefined ? undefined : body + DCAP_OFFSETS[kind];
};

/**
 * Checks that what a machine handed out is evidence of this kind and speaks for this field. Another
 * writer may have put something else there.
 * @throws TeeError `tee/evidence-form`, `tee/report-data`
 */
export const checkReportData = (kind: Exclude<TeeKind, "simulated">, evidence: Uint8Array, field: Uint8Array): void => {
  const at = reportDataOffset(kind, evidence);
  if (at === undefined || evidence.length < at + REPORT_DATA_LENGTH)
    throw new TeeError(
      "tee/evidence-form",
      `expected ${kind} evidence of a known version from the machine, got ${evidence.length} bytes of something else`,
      "backoff",
    );
  if (!equal(evidence.subarray(at, at + REPORT_DATA_LENGTH), field))
    throw new TeeError("tee/report-data", "the evidence speaks for other report data than was asked for", "backoff");
};
