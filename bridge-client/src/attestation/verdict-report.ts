import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { windowText } from "@pdiem/enclave-verifier/validity";
import { toHex } from "@pdiem/light-client/bytes";
import type { VerifiedEvidence } from "./evidence.js";

const TEE_NAMES: Readonly<Record<VerifiedEvidence["kind"], string>> = {
  sgx: "an Intel SGX enclave",
  tdx: "an Intel TDX guest",
  "sev-snp": "an AMD SEV-SNP guest",
  nitro: "an AWS Nitro enclave",
  simulated: "a SIMULATED enclave, which proves nothing",
};

const acceptance = ({
  kind,
  measurements,
  tcb,
  reportData,
  platform,
  validity,
}: VerifiedEvidence): readonly string[] => [
  `ACCEPTED by the policy: evidence of ${TEE_NAMES[kind]}.`,
  `TCB: ${tcb === undefined ? "unknown" : tcb.status}`,
  `Advisories: ${tcb === undefined || tcb.advisories.length === 0 ? "none" : tcb.advisories.join(", ")}`,
  ...(tcb?.evaluationNumber === undefined ? [] : [`Evaluation number: ${tcb.evaluationNumber}`]),
  `Platform: ${platform ?? "not told"}`,
  `Report data: ${toHex(reportData)}`,
  `Valid from ${windowText(validity)}`,
  "Measurements:",
  ...Object.entries(measurements).map(([name, value]) => `  ${name}: ${value}`),
];

const refusal = ({ step, code, message }: EvidenceRefusal): readonly string[] => [
  "REFUSED: don't trust this enclave.",
  `Step that failed: ${step}`,
  `Code: ${code}`,
  `Reason: ${message}`,
];

/**
 * Writes a decision about evidence in plain text, for a person, without a line break at its end.
 */
export const verdictReport = (verdict: VerifiedEvidence | EvidenceRefusal): string =>
  (verdict instanceof EvidenceRefusal ? refusal(verdict) : acceptance(verdict)).join("\n");
