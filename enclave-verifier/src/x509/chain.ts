import { equal, toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { type Demand, demandIn } from "../demand.js";
import { refuseFailures } from "../refuse-failures.js";
import { isWithin, timeText, windowText } from "../validity.js";
import { type Certificate, parseCertificate } from "./certificate.js";
import { isSignedBy } from "./issuer-signature.js";

const demand: Demand = demandIn("chain");

/**
 * Parses certificates.
 * @throws EvidenceRefusal `evidence/chain-malformed`
 */
export const parseChain = (name: string, ders: readonly Uint8Array[]): readonly Certificate[] =>
  refuseFailures("chain", "malformed", `X.509 certificates of the ${name}`, () => ders.map(parseCertificate));

/**
 * Checks that a CA issued a certificate: names, the CA's flags, its path length, signature. Whether
 * the CA itself is to be trusted, and when, is for the caller to check.
 * @param casBelow how many CAs are below the issuer
 * @throws EvidenceRefusal of step `chain`
 */
export const verifyIssuer = (child: Certificate, issuer: Certificate, casBelow: number): void => {
  const names = `"${child.commonName}" by "${issuer.commonName}"`;
  demand(equal(child.issuer, issuer.subject), "names", `expected an issuer of the name that is in ${names}`);
  demand(
    issuer.isCa && issuer.mayIssueCertificates,
    "not-a-ca",
    `expected "${issuer.commonName}" to be a CA that may sign certificates`,
  );
  demand(
    issuer.pathLength === undefined || casBelow <= issuer.pathLength,
    "path-length",
    `expected at most ${issuer.pathLength} CAs below "${issuer.commonName}", got ${casBelow}`,
  );
  const signed = refuseFailures("chain", "signature", `a signature of ${names}`, () => isSignedBy(child, issuer.spki));
  demand(signed, "signature", `expected a valid signature of ${names}`);
};

/**
 * Checks that certificates are valid at a time.
 * @throws EvidenceRefusal `evidence/chain-validity`
 */
export const verifyValidity = (certificates: readonly Certificate[], now: number): void => {
  for (const { commonName, validity } of certificates)
    demand(
      isWithin(now, validity),
      "validity",
      () => `expected "${commonName}" to be valid at ${timeText(now)}, it is from ${windowText(validity)}`,
    );
};

/**
 * Checks the root of a chain against the pinned one.
 * @param rootHash SHA-256 of its DER, lower-case hex
 * @throws EvidenceRefusal `evidence/chain-root`
 */
export const verifyRoot = (root: Certificate, rootHash: string): void => {
  const hash = toHex(sha256(root.der));
  demand(hash === rootHash, "root", `expected the root certificate ${rootHash}, got ${hash}`);
};

/**
 * Checks a chain of certificates, leaf first and root last. Signatures, names, CA flags, key
 * usages, path lengths and validity are checked, and that the root is the pinned one. Roles of the
 * certificates are for the caller to check.
 * @param rootHash SHA-256 of the root's DER, lower-case hex
 * @param now milliseconds since 1970
 * @throws EvidenceRefusal of step `chain`
 */
export const verifyChain = (chain: readonly Certificate[], rootHash: string, now: number): void => {
  const leaf = chain[0];
  const root = chain.at(-1);
  demand(
    leaf !== undefined && root !== undefined && leaf !== root,
    "length",
    `expected a leaf and its issuers, got ${chain.length} certificates`,
  );
  verifyRoot(root, rootHash);
  demand(!leaf.isCa, "leaf-is-a-ca", `expected "${leaf.commonName}" not to be a CA`);
  verifyValidity(chain, now);
  for (const [i, child] of chain.entries()) {
    const issuer = chain[i + 1];
    if (issuer !== undefined) verifyIssuer(child, issuer, i);
  }
};
