import { equal, toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "../crypto/sha256.js";
import { type Demand, demandIn } from "../demand.js";
import { refuseFailures } from "../refuse-failures.js";
import { isWithin, timeText, windowText } from "../validity.js";
import { type Certificate, parseCertificate } from "./certificate.js";
import { isSignedBy } from "./issuer-signature.js";

const demand: Demand = demandIn("chain");

/** @throws EvidenceRefusal `evidence/chain-malformed` */
export const parseChain = (name: string, ders: readonly Uint8Array[]): readonly Certificate[] =>
  refuseFailures("chain", "malformed", `X.509 certificates of the ${name}`, () => ders.map(parseCertificate));

const checkIssuer = (child: Certificate, issuer: Certificate, casBelow: number): void => {
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
 * Checks a chain of certificates, leaf first and root last: signatures, names, CA flags, key usages, path lengths, validity, and
 * that the root is the pinned one. Roles of the certificates are for the caller to check.
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
  const hash = toHex(sha256(root.der));
  demand(hash === rootHash, "root", `expected the root certificate ${rootHash}, got ${hash}`);
  demand(!leaf.isCa, "leaf-is-a-ca", `expected "${leaf.commonName}" not to be a CA`);
  for (const { commonName, validity } of chain)
    demand(
      isWithin(now, validity),
      "validity",
      `expected "${commonName}" to be valid at ${timeText(now)}, it is from ${windowText(validity)}`,
    );
  for (const [i, child] of chain.entries()) {
    const issuer = chain[i + 1];
    if (issuer !== undefined) checkIssuer(child, issuer, i);
  }
};
