/** Certificates that Node.js refuses, told with what an operator can do about them. */

const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

const TRUST =
  "it shows a certificate of its own, or of an issuer that isn't known here. If it is yours, write that certificate, or its issuer's, as PEM into a file and set NODE_EXTRA_CA_CERTS=FILE for this program";

const ADVICE: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID:
    "its certificate is for another name: use the name in the certificate, or issue one for this",
  CERT_HAS_EXPIRED: "its certificate has expired: renew it, or set this machine's clock",
  CERT_NOT_YET_VALID: "its certificate isn't valid yet: set the clock of either machine",
};

const MOST_CAUSES = 5;

/** Finds advice on a certificate in what was thrown or its causes; undefined for anything else. */
export const tlsAdvice = (thrown: unknown): string | undefined => {
  let cause: unknown = thrown;
  for (let depth = 0; depth < MOST_CAUSES && cause instanceof Error; depth++) {
    const code = "code" in cause ? String(cause.code) : "";
    if (UNTRUSTED.has(code)) return `${TRUST} (${code})`;
    const advice = ADVICE[code];
    if (advice !== undefined) return `${advice} (${code})`;
    cause = cause.cause;
  }
  return undefined;
};
