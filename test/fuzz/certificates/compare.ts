import { isDeepStrictEqual } from "node:util";
import { type Certificate, parseCertificate } from "@pdiem/enclave-verifier/x509/certificate";
import { parseCrl } from "@pdiem/enclave-verifier/x509/crl";
import { derElement, derElements, derSequence, SET } from "@pdiem/enclave-verifier/x509/der";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Sample } from "./corpus.js";
import {
  attributeOf,
  certificateReadings,
  constraintsOf,
  crlReadings,
  type Readings,
  usagesOf,
  validityOf,
} from "./reference.js";

/**
 * What became of a certificate or list.
 * - refused: by this project's reader;
 * - same: both read the same;
 * - partly: the library reads not all of it, but of what this project reads the same;
 * - wrong: anything else.
 */
export type Comparison =
  | { readonly outcome: "refused" | "same" | "partly" }
  | { readonly outcome: "wrong"; readonly what: string };

const VERSION_3 = 2;
const COMMON_NAME = "2.5.4.3";

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const difference = (ours: Readings, theirs: Readings): string | undefined => {
  for (const [name, value] of Object.entries(ours))
    if (!isDeepStrictEqual(value, theirs[name]))
      return `${name}: ${JSON.stringify(value).slice(0, 500)} here, ${JSON.stringify(theirs[name])?.slice(0, 500)} by the library`;
  return undefined;
};

const verdict = (what: string | undefined, outcome: "same" | "partly"): Comparison =>
  what === undefined ? { outcome } : { outcome: "wrong", what };

const readingsOf = (certificate: Certificate): Readings => ({
  version: VERSION_3,
  serial: certificate.serial,
  commonNames: [certificate.commonName],
  validity: certificate.validity,
  isCa: certificate.isCa,
  pathLength: certificate.pathLength,
  mayIssueCertificates: certificate.mayIssueCertificates,
  mayIssueCrls: certificate.mayIssueCrls,
  extensions: Object.fromEntries([...certificate.extensions].map(([id, value]) => [id, toHex(value)])),
  signature: toHex(certificate.signature),
});

/**
 * The parts that are read, each by the library alone: elsewhere it may stumble over what nobody
 * here looks at.
 */
const partsOf = ({ fields, subject, extensions }: Certificate): Readings => ({
  commonNames: derSequence(subject)
    .flatMap(({ encoding }) => derElements(derElement(encoding, SET).content))
    .flatMap(({ encoding }) => attempt(() => [attributeOf(encoding)]) ?? [])
    .flatMap(([type, text]) => (type === COMMON_NAME ? [text] : [])),
  validity: validityOf(fields[4]?.encoding ?? new Uint8Array()),
  ...constraintsOf(extensions.get("2.5.29.19")),
  ...usagesOf(extensions.get("2.5.29.15")),
});

const compareCertificate = (der: Uint8Array, certificate: Certificate): Comparison => {
  const ours = readingsOf(certificate);
  const whole = attempt(() => certificateReadings(der));
  if (whole !== undefined) return verdict(difference(ours, whole), "same");
  const parts = attempt(() => partsOf(certificate));
  if (parts === undefined) return { outcome: "wrong", what: "read here, not by the library" };
  const common = Object.fromEntries(Object.entries(ours).filter(([name]) => name in parts));
  return verdict(difference(common, parts), "partly");
};

const compareCrl = (der: Uint8Array, { from, until, revoked, signature }: ReturnType<typeof parseCrl>): Comparison => {
  const whole = attempt(() => crlReadings(der));
  if (whole === undefined) return { outcome: "partly" };
  return verdict(difference({ from, until, revoked: [...revoked].sort(), signature: toHex(signature) }, whole), "same");
};

/** Reads a certificate or list twice: by this project and, if that takes it, by the library. */
export const compare = ({ kind, der }: Sample): Comparison => {
  try {
    return kind === "crl" ? compareCrl(der, parseCrl(der)) : compareCertificate(der, parseCertificate(der));
  } catch (error) {
    if (isPdiemError(error)) return { outcome: "refused" };
    return {
      outcome: "wrong",
      what: `an error of another kind: ${error instanceof Error ? error.stack : String(error)}`,
    };
  }
};
