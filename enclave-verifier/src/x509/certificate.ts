import { toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { DecodeError } from "@pdiem/light-client/error";
import { type Cache, createCache } from "../bounded-cache.js";
import type { ValidityWindow } from "../result.js";
import {
  BIT_STRING,
  BOOLEAN,
  type DerElement,
  derElement,
  derElements,
  derSequence,
  derUnsigned,
  SEQUENCE,
  SET,
} from "./der.js";
import { derBoolean, derInteger, derNamedBits, derText, derTime } from "./der-values.js";
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
const malformed = (message: string): DecodeError => new DecodeError("decode/certificate", message);
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
/** [0] EXPLICIT, version 3. */
const VERSION_3 = "a003020102";
/** [3] EXPLICIT. */
const EXTENSIONS = 0xa3;
/** Bits 5 and 6 of a KeyUsage (RFC 5280 4.2.1.3). */
const KEY_CERT_SIGN = 0x04;
const CRL_SIGN = 0x02;
/** DER of the object identifier 2.5.4.3. */
const COMMON_NAME = "0603550403";

// Vendors' roots and CAs come again with every evidence, and parsing one takes longer than
// verifying its signature.
const parsedCertificates: Cache<Certificate> = createCache(256);

/**
 * Reads a name's one common name (RFC 5280 4.1.2.4), a SEQUENCE OF SET OF SEQUENCE {type, value}.
 */
const commonNameOf = (name: Uint8Array): string => {
  const attributes = derSequence(name).flatMap(({ encoding }) => derElements(derElement(encoding, SET).content));
  const [commonName, ...others] = attributes.filter(({ content }) => toHex(content).startsWith(COMMON_NAME));
  if (commonName === undefined || others.length > 0)
    throw malformed(`expected one common name, got ${others.length + (commonName ? 1 : 0)}`);
  const [, value, ...rest] = derSequence(commonName.encoding);
  if (rest.length > 0) throw malformed("expected a common name of one text");
  return derText(value);
};

/** Reads BasicConstraints (RFC 5280 4.2.1.9). Without them, a certificate is no CA's. */
const basicConstraints = (value: Uint8Array | undefined): Pick<Certificate, "isCa" | "pathLength"> => {
  const fields = value === undefined ? [] : derSequence(value);
  const flag = fields[0]?.tag === BOOLEAN ? fields[0] : undefined;
  const [limit, ...rest] = flag === undefined ? fields : fields.slice(1);
  const digits = limit && derUnsigned(limit);
  if (rest.length > 0 || (digits !== undefined && digits.length > 1))
    throw malformed("expected whether it is a CA, and at most 255 CAs below it");
  return { isCa: flag !== undefined && derBoolean(flag), pathLength: digits && (digits[0] ?? 0) };
};

const validityOf = ({ encoding }: DerElement): ValidityWindow => {
  const [notBefore, notAfter, ...rest] = derSequence(encoding);
  if (rest.length > 0) throw malformed("expected a validity of two times");
  return { from: derTime(notBefore), until: derTime(notAfter) };
};

/** The fields of a TBSCertificate of version 3 without unique identifiers (RFC 5280 4.1). */
const fieldsOf = ({ fields }: SignedObject) => {
  const [version, serial, , issuer, validity, subject, spki, extensions, ...rest] = fields;
  const isComplete =
    version !== undefined &&
    toHex(version.encoding) === VERSION_3 &&
    serial !== undefined &&
    issuer?.tag === SEQUENCE &&
    validity?.tag === SEQUENCE &&
    subject?.tag === SEQUENCE &&
    spki?.tag === SEQUENCE &&
    (extensions === undefined || extensions.tag === EXTENSIONS) &&
    rest.length === 0;
  if (!isComplete) throw malformed("expected an X.509 certificate of version 3");
  return { serial, issuer, validity, subject, spki, extensions };
};

// What is only compared or hashed stays as it is in the certificate, and isn't parsed: the issuer's
// name is most of one.
const parse = (der: Uint8Array): Certificate => {
  const signed = signedObject(der);
  const { serial, issuer, validity, subject, spki, extensions: list } = fieldsOf(signed);
  const extensions = extensionsOf(list?.content, [BASIC_CONSTRAINTS, KEY_USAGE]);
  const keyUsage = extensions.get(KEY_USAGE);
  const usages = keyUsage === undefined ? 0 : derNamedBits(derElement(keyUsage, BIT_STRING));
  return {
    ...signed,
    der,
    subject: subject.encoding,
    issuer: issuer.encoding,
    commonName: commonNameOf(subject.encoding),
    spki: spki.encoding,
    serial: toHex(derInteger(serial)),
    validity: validityOf(validity),
    ...basicConstraints(extensions.get(BASIC_CONSTRAINTS)),
    mayIssueCertificates: (usages & KEY_CERT_SIGN) !== 0,
    mayIssueCrls: (usages & CRL_SIGN) !== 0,
    extensions,
  };
};

/**
 * Parses a certificate. Nothing is kept of the input.
 * @throws DecodeError
 */
export const parseCertificate = (input: Uint8Array): Certificate => {
  if (input.length > MAX_BYTES) throw malformed(`expected at most ${MAX_BYTES} bytes, got ${input.length}`);
  return parsedCertificates(toHex(sha256(input)), () => parse(new Uint8Array(input)));
};
