import { verifyEcdsa } from "../crypto/ecdsa.js";
import { type Demand, demandIn } from "../demand.js";
import type { DcapCollateral } from "../evidence.js";
import { refuseFailures } from "../refuse-failures.js";
import type { Measurements, VerifiedEvidence } from "../result.js";
import { checkAge, checkMeasurements, checkPlatform, checkReportData } from "../tee-policy.js";
import { intersection } from "../validity.js";
import type { Verification } from "../verification.js";
import { assessTcb } from "./assess-tcb.js";
import { verifyDcapCertificates } from "./dcap-certificates.js";
import { checkBody, checkTcb } from "./dcap-policy.js";
import { readPckExtension } from "./pck-extension.js";
import { verifyQeIdentity } from "./qe-identity.js";
import { parseQuote, type Quote, type QuoteBody } from "./quote.js";
import { verifyQuotingEnclave } from "./quoting-enclave.js";
import { sgxMeasurements } from "./sgx-report.js";
import { verifyTcbInfo } from "./tcb-info.js";
import { tdMeasurements } from "./td-report.js";

/** The registers that say which code runs. */
const IDENTIFYING = { sgx: ["mrEnclave"], tdx: ["mrTd", "rtmr0", "rtmr1", "rtmr2"] } as const;

const demandFormat: Demand = demandIn("format");
const demandBinding: Demand = demandIn("binding");
const demandSignature: Demand = demandIn("signature");
const demandPolicy: Demand = demandIn("policy");

const measurementsOf = (body: QuoteBody): Measurements =>
  body.kind === "sgx" ? sgxMeasurements(body.report) : tdMeasurements(body.report);

const checkQuoteSignature = ({ signed, signature: { attestationKey, signature } }: Quote): void =>
  demandSignature(
    verifyEcdsa("P-256", attestationKey, signed, signature),
    "quote",
    "expected the quote to be signed by its attestation key",
  );

/**
 * Verifies an Intel DCAP quote of an SGX enclave or a TDX guest. The steps are those of Intel's
 * quote verification library; the policy follows.
 * @throws EvidenceRefusal
 */
export const verifyDcap = (
  kind: "sgx" | "tdx",
  bytes: Uint8Array,
  { policy, collateral, now, roots }: Verification<DcapCollateral>,
): VerifiedEvidence => {
  const teePolicy = policy[kind];
  demandPolicy(teePolicy !== undefined, "kind", `expected a TEE that the policy admits, it has nothing about ${kind}`);
  const quote = refuseFailures("format", "quote", "an Intel DCAP quote", () => parseQuote(bytes));
  const { body, signature } = quote;
  demandFormat(body.kind === kind, "kind", `expected a quote of ${kind}, got one of ${body.kind}`);

  const certificates = verifyDcapCertificates(signature.pckChain, collateral, roots.intelSgx, now);
  const pck = readPckExtension(certificates.pck);
  const tcbInfo = verifyTcbInfo(collateral, kind, certificates.tcbInfoSigner, now);
  const qeIdentity = verifyQeIdentity(collateral, kind, certificates.qeIdentitySigner, now);
  demandBinding(
    pck.fmspc === tcbInfo.fmspc && pck.pceId === tcbInfo.pceId,
    "platform",
    `expected TCB info of FMSPC ${pck.fmspc} and PCE ${pck.pceId}, got that of ${tcbInfo.fmspc} and ${tcbInfo.pceId}`,
  );
  const quotingEnclave = verifyQuotingEnclave(signature, certificates.pck, qeIdentity);
  checkQuoteSignature(quote);

  const evaluationNumber = Math.min(tcbInfo.evaluationNumber, qeIdentity.evaluationNumber);
  const tcb = { ...assessTcb({ tcbInfo, pck, body, quotingEnclave }), evaluationNumber };
  const measurements = measurementsOf(body);
  const { reportData } = body.report;
  checkBody(body);
  checkTcb(teePolicy, tcb);
  checkMeasurements(teePolicy, measurements, IDENTIFYING[kind]);
  checkPlatform(teePolicy, pck.ppid);
  const { maximumAge, maximumRootCrlAge } = teePolicy;
  checkAge(maximumAge, Math.min(tcbInfo.from, qeIdentity.from, certificates.pckCrlIssued), now);
  checkAge(maximumRootCrlAge, certificates.rootCrlIssued, now);
  checkReportData(policy, reportData);
  return {
    kind,
    measurements,
    tcb,
    reportData: reportData.slice(),
    platform: pck.ppid,
    validity: intersection([certificates.validity, tcbInfo, qeIdentity]),
  };
};
