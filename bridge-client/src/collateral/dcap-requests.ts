import { verifyPckChain, verifySigningChain } from "@pdiem/enclave-verifier/dcap/dcap-certificates";
import { readPckExtension } from "@pdiem/enclave-verifier/dcap/pck-extension";
import { verifyQeIdentity } from "@pdiem/enclave-verifier/dcap/qe-identity";
import { parseQuote } from "@pdiem/enclave-verifier/dcap/quote";
import type { Statement } from "@pdiem/enclave-verifier/dcap/signed-statement";
import { verifyTcbInfo } from "@pdiem/enclave-verifier/dcap/tcb-info";
import { type Demand, demandIn } from "@pdiem/enclave-verifier/demand";
import type { DcapCollateral } from "@pdiem/enclave-verifier/evidence";
import { refuseFailures } from "@pdiem/enclave-verifier/refuse-failures";
import type { Certificate } from "@pdiem/enclave-verifier/x509/certificate";
import { verifyNotRevoked } from "@pdiem/enclave-verifier/x509/crl";
import { readCrlBody } from "./crl-body.js";
import type { DocumentAnswer, DocumentRequest } from "./document-request.js";
import { decodeIssuerChain } from "./issuer-chain.js";
import { parseSignedResponse } from "./signed-response.js";

/**
 * Selects Intel's statements about platforms: `standard` is what all must meet by now, `early` what
 * they will have to meet. Early ones are out up to a year before. A number is a
 * `tcbEvaluationDataNumber`, which caches of Intel's service don't know.
 */
export type TcbRelease = "standard" | "early" | number;

type TcbInfoParts = Pick<DcapCollateral, "tcbInfo" | "tcbInfoSignature" | "tcbInfoIssuerChain">;
type QeIdentityParts = Pick<DcapCollateral, "qeIdentity" | "qeIdentitySignature" | "qeIdentityIssuerChain">;

/** The documents that a quote is verified with. */
export interface DcapRequests {
  readonly rootCaCrl: DocumentRequest<Uint8Array>;
  readonly pckCrl: DocumentRequest<Uint8Array>;
  readonly tcbInfo: DocumentRequest<TcbInfoParts>;
  readonly qeIdentity: DocumentRequest<QeIdentityParts>;
}

const MAX_CRL = 2 * 1024 * 1024;
const MAX_STATEMENT = 1024 * 1024;
const SGX = "/sgx/certification/v4";
const CA_NAMES: Readonly<Record<string, string>> = {
  "Intel SGX PCK Processor CA": "processor",
  "Intel SGX PCK Platform CA": "platform",
};

const demand: Demand = demandIn("collateral");

const crlRequest = (
  name: string,
  issuer: Certificate,
  places: DocumentRequest<Uint8Array>["places"],
): DocumentRequest<Uint8Array> => ({
  name,
  places,
  issuerChainHeaders: [],
  maximumBytes: MAX_CRL,
  lasting: false,
  read: ({ body }, now) => {
    const value = refuseFailures("revocation", "malformed", name, () => readCrlBody(body));
    verifyNotRevoked(value, issuer, [], now);
    return value;
  },
});

const queryOf = (release: TcbRelease): string =>
  typeof release === "number" ? `tcbEvaluationDataNumber=${release}` : `update=${release}`;

const checkRelease = (name: string, release: TcbRelease, { evaluationNumber }: Statement): void =>
  demand(
    typeof release !== "number" || evaluationNumber === release,
    "release",
    `expected ${name} with tcbEvaluationDataNumber ${release}, got ${evaluationNumber}`,
  );

/** The characters that are signed, from Intel's JSON. */
const readSigned = (name: string, field: "tcbInfo" | "enclaveIdentity", { body, issuerChain }: DocumentAnswer) =>
  refuseFailures("collateral", "malformed", name, () => ({
    ...parseSignedResponse(field, new TextDecoder("utf-8", { fatal: true }).decode(body)),
    chain: decodeIssuerChain(issuerChain),
  }));

/**
 * Tells which documents a quote of SGX or TDX is verified with. The platform and the CA that its
 * PCK certificate names decide.
 * @param rootHash SHA-256 of Intel's root, lower-case hex
 * @param now milliseconds since 1970
 * @throws EvidenceRefusal of step `format` or `chain` for what isn't a quote of a platform that
 * Intel certified
 */
export const dcapRequests = (
  quote: Uint8Array,
  { release, rootHash, now }: { readonly release: TcbRelease; readonly rootHash: string; readonly now: number },
): DcapRequests => {
  const { body, signature } = refuseFailures("format", "quote", "an Intel DCAP quote", () => parseQuote(quote));
  const { kind } = body;
  const { pck, ca, root } = verifyPckChain(signature.pckChain, rootHash, now);
  const { fmspc, pceId } = readPckExtension(pck);
  const base = `/${kind}/certification/v4`;
  const tcbInfoName = `TCB info of ${kind.toUpperCase()} for FMSPC ${fmspc}`;
  const qeIdentityName = `the identity of the quoting enclave for ${kind.toUpperCase()}`;
  return {
    rootCaCrl: crlRequest("the revocation list of Intel's root", root, [
      { service: "pccs", path: `${SGX}/rootcacrl` },
      { service: "intel-certificates", path: "/IntelSGXRootCA.der" },
    ]),
    pckCrl: crlRequest(`the revocation list of "${ca.commonName}"`, ca, [
      { service: "pccs", path: `${SGX}/pckcrl?ca=${CA_NAMES[ca.commonName]}&encoding=der` },
    ]),
    tcbInfo: {
      name: tcbInfoName,
      places: [{ service: "pccs", path: `${base}/tcb?fmspc=${fmspc.toUpperCase()}&${queryOf(release)}` }],
      issuerChainHeaders: ["tcb-info-issuer-chain", "sgx-tcb-info-issuer-chain"],
      maximumBytes: MAX_STATEMENT,
      lasting: false,
      read: (answer, now) => {
        const { text, signature, chain } = readSigned(tcbInfoName, "tcbInfo", answer);
        const value = { tcbInfo: text, tcbInfoSignature: signature, tcbInfoIssuerChain: chain };
        const { signer } = verifySigningChain(`issuer chain of ${tcbInfoName}`, chain, rootHash, now);
        const info = verifyTcbInfo(value, kind, signer, now);
        demand(
          info.fmspc === fmspc && info.pceId === pceId,
          "platform",
          `expected ${tcbInfoName} and PCE ${pceId}, got that of ${info.fmspc} and ${info.pceId}`,
        );
        checkRelease(tcbInfoName, release, info);
        return value;
      },
    },
    qeIdentity: {
      name: qeIdentityName,
      places: [{ service: "pccs", path: `${base}/qe/identity?${queryOf(release)}` }],
      issuerChainHeaders: ["sgx-enclave-identity-issuer-chain"],
      maximumBytes: MAX_STATEMENT,
      lasting: false,
      read: (answer, now) => {
        const { text, signature, chain } = readSigned(qeIdentityName, "enclaveIdentity", answer);
        const value = { qeIdentity: text, qeIdentitySignature: signature, qeIdentityIssuerChain: chain };
        const { signer } = verifySigningChain(`issuer chain of ${qeIdentityName}`, chain, rootHash, now);
        const identity = verifyQeIdentity(value, kind, signer, now);
        checkRelease(qeIdentityName, release, identity);
        return value;
      },
    },
  };
};
