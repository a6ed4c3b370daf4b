/** What `@peculiar/asn1-x509`, which many rely on, reads of certificates and revocation lists. */
import { toHex } from "@pdiem/light-client/bytes";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  CertificateList,
  type Extensions,
  KeyUsage,
  KeyUsageFlags,
  type Time,
  Validity,
} from "@peculiar/asn1-x509";

const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";

/** Values to be compared with `toEqual`'s rules. */
export type Readings = Readonly<Record<string, unknown>>;

const hex = (buffer: ArrayBuffer): string => toHex(new Uint8Array(buffer));
const ms = (time: Time): number => time.getTime().getTime();

const extensionValues = (extensions: Extensions | undefined): Readings =>
  Object.fromEntries((extensions ?? []).map(({ extnID, extnValue }) => [extnID, hex(extnValue.buffer)]));

export const constraintsOf = (value: Uint8Array | undefined): Readings => {
  const { cA, pathLenConstraint } =
    value === undefined ? new BasicConstraints() : AsnConvert.parse(value, BasicConstraints);
  return { isCa: cA, pathLength: pathLenConstraint };
};

export const usagesOf = (value: Uint8Array | undefined): Readings => {
  const usages = value === undefined ? 0 : AsnConvert.parse(value, KeyUsage).toNumber();
  return {
    mayIssueCertificates: (usages & KeyUsageFlags.keyCertSign) !== 0,
    mayIssueCrls: (usages & KeyUsageFlags.cRLSign) !== 0,
  };
};

export const validityOf = (der: Uint8Array): Readings => {
  const { notBefore, notAfter } = AsnConvert.parse(der, Validity);
  return { from: ms(notBefore), until: ms(notAfter) };
};

export const attributeOf = (der: Uint8Array): readonly [type: string, text: string] => {
  const { type, value } = AsnConvert.parse(der, AttributeTypeAndValue);
  return [type, value.toString()];
};

/** @throws whatever the library throws at what it can't read */
export const certificateReadings = (der: Uint8Array): Readings => {
  const { tbsCertificate: tbs, signatureValue } = AsnConvert.parse(der, Certificate);
  const names = [...tbs.subject].flatMap((part) => [...part]).filter(({ type }) => type === COMMON_NAME);
  const extension = (id: string): Uint8Array | undefined => {
    const found = (tbs.extensions ?? []).find(({ extnID }) => extnID === id);
    return found && new Uint8Array(found.extnValue.buffer);
  };
  return {
    version: tbs.version,
    serial: hex(tbs.serialNumber),
    commonNames: names.map(({ value }) => value.toString()),
    validity: { from: ms(tbs.validity.notBefore), until: ms(tbs.validity.notAfter) },
    ...constraintsOf(extension(BASIC_CONSTRAINTS)),
    ...usagesOf(extension(KEY_USAGE)),
    extensions: extensionValues(tbs.extensions),
    signature: hex(signatureValue),
  };
};

/** @throws whatever the library throws at what it can't read */
export const crlReadings = (der: Uint8Array): Readings => {
  const { tbsCertList: tbs, signature } = AsnConvert.parse(der, CertificateList);
  return {
    from: ms(tbs.thisUpdate),
    until: tbs.nextUpdate && ms(tbs.nextUpdate),
    revoked: [...new Set((tbs.revokedCertificates ?? []).map(({ userCertificate }) => hex(userCertificate)))].sort(),
    signature: hex(signature),
  };
};
