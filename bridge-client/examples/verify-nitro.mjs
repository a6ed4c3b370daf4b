// Says whether a file is the attestation document of a genuine AWS Nitro enclave with these measurements:
//   node bridge-client/examples/verify-nitro.mjs document.cose PCR0 PCR1 PCR2 [TIME]
// Measurements are lower-case hex, 48 bytes each. TIME, such as 2025-12-01T00:00:00Z, is now where none is given.
import { readFileSync } from "node:fs";
import { verdictReport } from "@pdiem/bridge-client/attestation/verdict-report";
import { verifyEvidence } from "@pdiem/bridge-client/attestation/verify-evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";

const [file = "", pcr0 = "", pcr1 = "", pcr2 = "", time] = process.argv.slice(2);
const policy = {
  // The caller has to compare it with what it asked for: without that, anybody may replay the document.
  reportData: "any",
  nitro: { measurements: [{ pcr0, pcr1, pcr2 }], platforms: "any", maximumAge: 3_600_000 },
};
const evidence = { kind: "nitro", document: new Uint8Array(readFileSync(file)) };
const now = time === undefined ? Date.now() : Date.parse(time);
try {
  console.log(verdictReport(verifyEvidence(evidence, { policy, collateral: { kind: "none" }, now })));
} catch (error) {
  if (!(error instanceof EvidenceRefusal)) throw error;
  console.log(verdictReport(error));
  process.exitCode = 1;
}
