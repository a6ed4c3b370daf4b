import { equal, toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { verifyEcdsa } from "../crypto/ecdsa.js";
import { type Demand, demandIn } from "../demand.js";
import { refuseFailures } from "../refuse-failures.js";
import type { Certificate } from "../x509/certificate.js";
import { ecdsaKey } from "../x509/ecdsa-signature.js";
import { componentLevel } from "./component-levels.js";
import { matchesMasked } from "./masked.js";
import type { QeIdentity } from "./qe-identity.js";
import type { QuoteSignature } from "./quote-signature.js";
import { parseSgxReport, type SgxReport } from "./sgx-report.js";
import type { ComponentStatus, TcbAssessment } from "./tcb-status.js";

const demand: Demand = demandIn("binding");
const demandTcb: Demand = demandIn("tcb");

const checkIdentity = (report: SgxReport, identity: QeIdentity): void => {
  demand(
    equal(report.mrSigner, identity.mrSigner),
    "qe-signer",
    `expected a quoting enclave signed by ${toHex(identity.mrSigner)}, got ${toHex(report.mrSigner)}`,
  );
  demand(
    report.isvProdId === identity.isvProdId,
    "qe-product",
    `expected the quoting enclave ${identity.isvProdId}, got ${report.isvProdId}`,
  );
  demand(
    matchesMasked(report.attributes, identity.attributes, identity.attributesMask),
    "qe-attributes",
    `expected a quoting enclave with the attributes ${toHex(identity.attributes)}, got ${toHex(report.attributes)}`,
  );
  demand(
    matchesMasked(report.miscSelect, identity.miscSelect, identity.miscSelectMask),
    "qe-miscselect",
    `expected a quoting enclave with miscselect ${toHex(identity.miscSelect)}, got ${toHex(report.miscSelect)}`,
  );
};

/**
 * Checks that Intel's quoting enclave runs on the platform of the PCK certificate and speaks for
 * the attestation key.
 * @param pck the platform's certificate, itself verified
 * @returns how up to date the quoting enclave is
 * @throws EvidenceRefusal of step `binding`, of step `tcb` for a security version that Intel
 * doesn't list
 */
export const verifyQuotingEnclave = (
  { attestationKey, qeReport, qeReportSignature, qeAuthData }: QuoteSignature,
  pck: Certificate,
  identity: QeIdentity,
): TcbAssessment<ComponentStatus> => {
  const isSigned = refuseFailures("binding", "pck-key", "a PCK key on P-256", () => {
    const { curve, point } = ecdsaKey(pck.spki);
    return verifyEcdsa(curve, point, qeReport, qeReportSignature);
  });
  demand(isSigned, "qe-report-signature", "expected the quoting enclave's report to be signed by the PCK key");
  const report = parseSgxReport(qeReport);
  demand(
    equal(report.reportData.subarray(0, 32), sha256(attestationKey, qeAuthData)),
    "attestation-key",
    "expected the quoting enclave's report to name the attestation key",
  );
  checkIdentity(report, identity);
  const level = componentLevel(identity.levels, report.isvSvn);
  demandTcb(level !== undefined, "qe-level", `expected a quoting enclave that is listed, got version ${report.isvSvn}`);
  return level;
};
