import "reflect-metadata";
import { toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension, X509Certificate } from "@peculiar/x509";
import { type Cache, createCache } from "../bounded-cache.js";
import { sha256 } from "../crypto/sha256.js";
import type { ValidityWindow } from "../result.js";
import { extensionsOf } from "./extensions.js";
import { type SignedObject, signedObject } from "./signed-object.js";

/** An X.509 certificate (RFC 5280), parsed, not verified. */
export interface Certificate extends SignedObject {
  readonly der: Uint8Array;
  /** Names as DER, to be compared byte by byte. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly commonName: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** Lower-case hex. */
  readonly serial: string;
  readonly validity: ValidityWindow;
  readonly isCa: boolean;
  /** How many CAs may be below this one; undefined without a limit. */
  readonly pathLength: number | undefined;
  readonly mayIssueCertificates: boolean;
  readonly mayIssueCrls: boolean;
  /** Values by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

const MAX_BYTES = 16 * 1024;
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";

// Vendors' roots and CAs come again with every evidence, and parsing one takes longer than verifying its signature.
const parsedCertificates: Cache<Certificate> = createCache(256);

const parse = (der: Uint8Array): Certificate => {
  const signed = signedObject(der);
  const parsed = new X509Certificate(der);
  const extensions = extensionsOf(parsed.extensions, [BASIC_CONSTRAINTS, KEY_USAGE]);
  const constraints = parsed.getExtension(BasicConstraintsExtension);
  const usages = parsed.getExtension(KeyUsagesExtension)?.usages ?? 0;
  const [commonName, ...others] = parsed.subjectName.getField("CN");
  if (commonName === undefined || others.length > 0)
    throw new DecodeError("decode/certificate", `expected one common name, got "${parsed.subject.slice(0, 200)}"`);
  return {
    ...signed,
    der,
    subject: new Uint8Array(parsed.subjectName.toArrayBuffer()),
    issuer: new Uint8Array(parsed.issuerName.toArrayBuffer()),
    commonName,
    spki: new Uint8Array(parsed.publicKey.rawData),
    serial: parsed.serialNumber,
    validity: { from: parsed.notBefore.getTime(), until: parsed.notAfter.getTime() },
    isCa: constraints?.ca === true,
    pathLength: constraints?.pathLength,
    mayIssueCertificates: (usages & KeyUsageFlags.keyCertSign) !== 0,
    mayIssueCrls: (usages & KeyUsageFlags.cRLSign) !== 0,
    extensions,
  };
};

/**
 * Parses a certificate. Nothing is kept of the input.
 * @throws DecodeError, or whatever the library throws at malformed input
 */
export const parseCertificate = (input: Uint8Array): Certificate => {
  if (input.length > MAX_BYTES)
    throw new DecodeError("decode/certificate", `expected at most ${MAX_BYTES} bytes, got ${input.length}`);
  return parsedCertificates(toHex(sha256(input)), () => parse(new Uint8Array(input)));
};
