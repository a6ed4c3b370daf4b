import { toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { DecodeError } from "@pdiem/light-client/error";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AttributeTypeAndValue, BasicConstraints, KeyUsage, KeyUsageFlags, Validity } from "@peculiar/asn1-x509";
import { type Cache, createCache } from "../bounded-cache.js";
import type { ValidityWindow } from "../result.js";
import { derElement, derElements, derSequence, INTEGER, SEQUENCE, SET } from "./der.js";
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
/** [0] EXPLICIT, version 3. */
const VERSION_3 = "a003020102";
/** [3] EXPLICIT. */
const EXTENSIONS = 0xa3;
const EMPTY_SEQUENCE = Uint8Array.of(0x30, 0x00);
/** DER of the object identifier 2.5.4.3. */
const COMMON_NAME = "0603550403";

// Vendors' roots and CAs come again with every evidence, and parsing one takes longer than verifying its signature.
const parsedCertificates: Cache<Certificate> = createCache(256);

/**
 * The text of a name's one common name (RFC 5280 4.1.2.4). A name is a SEQUENCE OF SET OF SEQUENCE {type, value}: of its other parts nothing is
 * needed, and the library takes longer over them than over the rest of a certificate.
 */
const commonNameOf = (name: Uint8Array): string => {
  const attributes = derSequence(name).flatMap(({ encoding }) => derElements(derElement(encoding, SET).content));
  const [commonName, ...others] = attributes.filter(({ content }) => toHex(content).startsWith(COMMON_NAME));
  if (commonName === undefined || others.length > 0)
    throw new DecodeError(
      "decode/certificate",
      `expected one common name, got ${others.length + (commonName ? 1 : 0)}`,
    );
  return AsnConvert.parse(commonName.encoding, AttributeTypeAndValue).value.toString();
};

/** The fields of a TBSCertificate of version 3 without unique identifiers (RFC 5280 4.1). */
const fieldsOf = ({ fields }: SignedObject) => {
  const [version, serial, , issuer, validity, subject, spki, extensions, ...rest] = fields;
  const isComplete =
    version !== undefined &&
    toHex(version.encoding) === VERSION_3 &&
    serial?.tag === INTEGER &&
    issuer?.tag === SEQUENCE &&
    validity?.tag === SEQUENCE &&
    subject?.tag === SEQUENCE &&
    spki?.tag === SEQUENCE &&
    (extensions === undefined || extensions.tag === EXTENSIONS) &&
    rest.length === 0;
  if (!isComplete) throw new DecodeError("decode/certificate", "expected an X.509 certificate of version 3");
  return { serial, issuer, validity, subject, spki, extensions };
};

// What is only compared or hashed stays as it is in the certificate, and isn't parsed: the issuer's name is most of one.
const parse = (der: Uint8Array): Certificate => {
  const signed = signedObject(der);
  const { serial, issuer, validity, subject, spki, extensions: list } = fieldsOf(signed);
  const { notBefore, notAfter } = AsnConvert.parse(validity.encoding, Validity);
  const extensions = extensionsOf(list?.content, [BASIC_CONSTRAINTS, KEY_USAGE]);
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  const { cA, pathLenConstraint } = AsnConvert.parse(constraints ?? EMPTY_SEQUENCE, BasicConstraints);
  const keyUsage = extensions.get(KEY_USAGE);
  const usages = keyUsage === undefined ? 0 : AsnConvert.parse(keyUsage, KeyUsage).toNumber();
  return {
    ...signed,
    der,
    subject: subject.encoding,
    issuer: issuer.encoding,
    commonName: commonNameOf(subject.encoding),
    spki: spki.encoding,
    serial: toHex(serial.content),
    validity: { from: notBefore.getTime().getTime(), until: notAfter.getTime().getTime() },
    isCa: cA,
    pathLength: pathLenConstraint,
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
