import { type Demand, demandIn } from "../demand.js";
import type { DcapCollateral } from "../evidence.js";
import { refuseFailures } from "../refuse-failures.js";
import type { ValidityWindow } from "../result.js";
import { intersection } from "../validity.js";
import type { Certificate } from "../x509/certificate.js";
import { parseChain, verifyChain } from "../x509/chain.js";
import { verifyNotRevoked } from "../x509/crl.js";
import { parsePem } from "../x509/pem.js";

const demand: Demand = demandIn("chain");

const ROOT = ["Intel SGX Root CA"];
const PCK_ROLES = [["Intel SGX PCK Certificate"], ["Intel SGX PCK Processor CA", "Intel SGX PCK Platform CA"], ROOT];
const SIGNING_ROLES = [["Intel SGX TCB Signing"], ROOT];

/** Chains that were verified, with their revocation lists. */
export interface DcapCertificates {
  readonly pck: Certificate;
  readonly tcbInfoSigner: Certificate;
  readonly qeIdentitySigner: Certificate;
  /** While all of the certificates and lists are valid. */
  readonly validity: ValidityWindow;
  /** When the list of the CA that issued the PCK certificate was issued, ms since 1970. */
  readonly pckCrlIssued: number;
  /** When the root's list was issued, ms since 1970. */
  readonly rootCrlIssued: number;
}

/**
 * Roles are told by names alone, so without this a platform's own certificate could sign statements
 * about platforms.
 */
const verifyRoles = (
  name: string,
  pem: string,
  roles: readonly (readonly string[])[],
  rootHash: string,
  now: number,
): readonly Certificate[] => {
  const ders = refuseFailures("chain", "malformed", `the ${name} in PEM`, () => parsePem(pem));
  demand(
    ders.length === roles.length,
    "length",
    `expected ${roles.length} certificates as ${name}, got ${ders.length}`,
  );
  const chain = parseChain(name, ders);
  for (const [i, { commonName }] of chain.entries())
    demand(
      roles[i]?.includes(commonName) === true,
      "role",
      `expected "${roles[i]?.join('" or "')}" in the ${name}, got "${commonName}"`,
    );
  verifyChain(chain, rootHash, now);
  return chain;
};

/** A platform's certificate, the CA that issued it, and Intel's root. */
export interface PckChain {
  readonly pck: Certificate;
  readonly ca: Certificate;
  readonly root: Certificate;
}

/**
 * Checks the chain that a quote carries; nothing is said about revocation.
 * @throws EvidenceRefusal of step `chain`
 */
export const verifyPckChain = (pem: string, rootHash: string, now: number): PckChain => {
  const [pck, ca, root] = verifyRoles("PCK certificate chain", pem, PCK_ROLES, rootHash, now);
  demand(
    pck !== undefined && ca !== undefined && root !== undefined,
    "length",
    "expected a PCK certificate, its CA and the root",
  );
  return { pck, ca, root };
};

/** A certificate that signs statements, and Intel's root. */
export interface SigningChain {
  readonly signer: Certificate;
  readonly root: Certificate;
}

/**
 * Checks the chain that comes with one of Intel's statements; nothing is said about revocation.
 * @param name for messages
 * @throws EvidenceRefusal of step `chain`
 */
export const verifySigningChain = (name: string, pem: string, rootHash: string, now: number): SigningChain => {
  const [signer, root] = verifyRoles(name, pem, SIGNING_ROLES, rootHash, now);
  demand(signer !== undefined && root !== undefined, "length", "expected a signer and the root");
  return { signer, root };
};

/**
 * Checks every certificate chain of a quote and its collateral, and that nothing in them is
 * revoked.
 * @param pckChain PEM, from the quote
 * @param rootHash SHA-256 of Intel's root, lower-case hex
 * @throws EvidenceRefusal of step `chain` or `revocation`
 */
export const verifyDcapCertificates = (
  pckChain: string,
  { tcbInfoIssuerChain, qeIdentityIssuerChain, rootCaCrl, pckCrl }: DcapCollateral,
  rootHash: string,
  now: number,
): DcapCertificates => {
  const { pck, ca, root } = verifyPckChain(pckChain, rootHash, now);
  const tcbInfoChain = verifySigningChain("TCB info issuer chain", tcbInfoIssuerChain, rootHash, now);
  const qeIdentityChain =
    qeIdentityIssuerChain === tcbInfoIssuerChain
      ? tcbInfoChain
      : verifySigningChain("QE identity issuer chain", qeIdentityIssuerChain, rootHash, now);
  const signers = [tcbInfoChain.signer, qeIdentityChain.signer];
  const rootCrl = verifyNotRevoked(rootCaCrl, root, [ca, ...signers, root], now);
  const pckCaCrl = verifyNotRevoked(pckCrl, ca, [pck], now);
  const certificates = [pck, ca, root, ...signers, tcbInfoChain.root, qeIdentityChain.root];
  return {
    pck,
    tcbInfoSigner: tcbInfoChain.signer,
    qeIdentitySigner: qeIdentityChain.signer,
    validity: intersection([...certificates.map(({ validity }) => validity), rootCrl, pckCaCrl]),
    pckCrlIssued: pckCaCrl.from,
    rootCrlIssued: rootCrl.from,
  };
};
