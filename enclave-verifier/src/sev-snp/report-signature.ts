import { concat, isZero } from "@pdiem/light-client/bytes";
import { verifyEcdsa } from "../crypto/ecdsa.js";
import { EvidenceRefusal } from "../refusal.js";
import type { Report } from "./report.js";

const SCALAR_LENGTH = 48;
const ECDSA_P384_SHA384 = 1;

/** A number of 72 bytes, little endian, as one of 48, big endian; undefined if it doesn't fit. */
const scalar = (littleEndian: Uint8Array): Uint8Array | undefined =>
  isZero(littleEndian.subarray(SCALAR_LENGTH)) ? littleEndian.subarray(0, SCALAR_LENGTH).toReversed() : undefined;

/**
 * Checks that the VCEK signed the report.
 * @param publicKey x ‖ y, 96 bytes, of the VCEK
 * @throws EvidenceRefusal `evidence/signature-algorithm`, `evidence/signature-report`
 */
export const checkReportSignature = (report: Report, publicKey: Uint8Array): void => {
  if (report.signatureAlgorithm !== ECDSA_P384_SHA384)
    throw new EvidenceRefusal(
      "signature",
      "algorithm",
      `expected a report signed by algorithm ${ECDSA_P384_SHA384}, got ${report.signatureAlgorithm}`,
    );
  const r = scalar(report.r);
  const s = scalar(report.s);
  const valid = r !== undefined && s !== undefined && verifyEcdsa("P-384", publicKey, report.signed, concat(r, s));
  if (!valid)
    throw new EvidenceRefusal("signature", "report", "expected the report to be signed by the VCEK, it isn't");
};
