import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
  X509CrlGenerator,
} from "@peculiar/x509";

type KeyPair = webcrypto.CryptoKeyPair;
export type KeyKind = "P-256" | "P-384" | "RSA";

/** A certificate of the tests' own making, with its key. */
export interface Holder {
  readonly subject: string;
  readonly keys: KeyPair;
  readonly kind: KeyKind;
  readonly der: Uint8Array;
}

export interface CertificateOptions {
  /** An RFC 4514 name such as `CN=SEV-VCEK, O=Test`. */
  readonly subject: string;
  readonly kind: KeyKind;
  /** Its own issuer where there is none. */
  readonly issuer?: Holder;
  readonly from?: Date;
  readonly until?: Date;
  /** Whether it is a CA, and how many CAs may be below it. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly extensions?: readonly Extension[];
  /** Hex. */
  readonly serial?: string;
}

cryptoProvider.set(webcrypto);

const RSA_PSS = { name: "RSA-PSS", hash: "SHA-384", saltLength: 48 };
const SIGNING = {
  "P-256": { name: "ECDSA", hash: "SHA-256" },
  "P-384": { name: "ECDSA", hash: "SHA-384" },
  RSA: RSA_PSS,
};

export const TEST_FROM = new Date("2026-01-01T00:00:00Z");
export const TEST_UNTIL = new Date("2027-01-01T00:00:00Z");

const generateRsa = (): Promise<KeyPair> =>
  webcrypto.subtle.generateKey({ ...RSA_PSS, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }, true, [
    "sign",
    "verify",
  ]);

// A quarter of a second each: handed out in turn, they are apart within any one test.
const RSA_KEYS = 8;
const rsaKeys: Promise<KeyPair>[] = [];
let taken = 0;

const takeRsa = (): Promise<KeyPair> => {
  const turn = taken++ % RSA_KEYS;
  rsaKeys[turn] ??= generateRsa();
  return rsaKeys[turn];
};

const keysOf = (kind: KeyKind): Promise<KeyPair> =>
  kind === "RSA"
    ? takeRsa()
    : webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: kind }, true, ["sign", "verify"]);

/** Issues a certificate with a key of its own: of RSA, none of the seven before. */
export const issueCertificate = async (options: CertificateOptions): Promise<Holder> => {
  const { subject, kind, issuer, ca = false } = options;
  const keys = await keysOf(kind);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: options.serial ?? "01",
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: options.from ?? TEST_FROM,
    notAfter: options.until ?? TEST_UNTIL,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: SIGNING[issuer?.kind ?? kind],
    extensions: [
      ...(ca
        ? [
            new BasicConstraintsExtension(true, options.pathLength, true),
            new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
          ]
        : []),
      ...(options.extensions ?? []),
    ],
  });
  return { subject, keys, kind, der: new Uint8Array(certificate.rawData) };
};

export interface CrlOptions {
  readonly issuer: Holder;
  /** Serial numbers in hex. */
  readonly revoked?: readonly string[];
  readonly from?: Date;
  readonly until?: Date | "never";
  readonly extensions?: readonly Extension[];
}

/** Issues a revocation list, DER. */
export const issueCrl = async ({
  issuer,
  revoked = [],
  from,
  until,
  extensions = [],
}: CrlOptions): Promise<Uint8Array> => {
  const crl = await X509CrlGenerator.create({
    issuer: issuer.subject,
    thisUpdate: from ?? TEST_FROM,
    ...(until === "never" ? {} : { nextUpdate: until ?? TEST_UNTIL }),
    entries: revoked.map((serialNumber) => ({ serialNumber, revocationDate: TEST_FROM })),
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: SIGNING[issuer.kind],
    extensions: [...extensions],
  });
  return new Uint8Array(crl.rawData);
};

/** Writes the PEM of certificates, one after the other. */
export const toPem = (...holders: readonly Holder[]): string =>
  holders
    .map(
      ({ der }) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`,
    )
    .join("");
