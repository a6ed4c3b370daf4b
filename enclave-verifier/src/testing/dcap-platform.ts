import "reflect-metadata";
import { KeyObject, sign } from "node:crypto";
import { concat, fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { Extension } from "@peculiar/x509";
import { PCK_EXTENSION } from "../dcap/pck-extension.js";
import type { DcapCollateral } from "../evidence.js";
import type { DcapPolicy, Policy } from "../policy.js";
import { type Roots, VENDOR_ROOTS } from "../roots.js";
import type { Verification } from "../verification.js";
import { type Holder, issueCertificate, issueCrl, toPem } from "./certificates.js";
import { type QuoteParts, testQuote } from "./dcap-quote.js";
import { sgxReport, TEST_REPORT_DATA, tdReport } from "./dcap-reports.js";
import { qeIdentity, TEST_COMPONENTS, TEST_FMSPC, TEST_NOW, TEST_PCE_SVN, tcbInfo } from "./dcap-statements.js";

export type DcapKind = "sgx" | "tdx";

const SUFFIX = "O=Intel Corporation, L=Santa Clara, ST=CA, C=US";
export const TEST_PPID = "11".repeat(16);

/** An Intel of the tests' own making, with one platform. */
export interface DcapPlatform {
  readonly roots: Roots;
  readonly root: Holder;
  readonly pckCa: Holder;
  readonly pck: Holder;
  readonly tcbSigner: Holder;
  readonly rootCaCrl: Uint8Array;
  readonly pckCrl: Uint8Array;
}

/** Writes `CN=…` with the other parts of Intel's names. */
export const intelName = (commonName: string): string => `CN=${commonName}, ${SUFFIX}`;

const element = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concat(...parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat(Uint8Array.of(tag, ...size), content);
};

const field = (path: readonly number[], value: Uint8Array): Uint8Array =>
  element(0x30, element(0x06, fromHex("2a864886f84d010d01"), Uint8Array.from(path)), value);

/** @param value below 2^15 */
const integer = (value: number): Uint8Array =>
  element(0x02, value < 0x80 ? Uint8Array.of(value) : Uint8Array.of(value >> 8, value & 0xff));

/** Gives the extension of a PCK certificate that describes the test platform. */
export const pckExtension = (components: readonly number[] = TEST_COMPONENTS): Extension => {
  const svns = [...components, TEST_PCE_SVN].map((svn, i) => field([2, i + 1], integer(svn)));
  const cpuSvn = field([2, 18], element(0x04, Uint8Array.from(TEST_COMPONENTS)));
  return new Extension(
    PCK_EXTENSION,
    false,
    element(
      0x30,
      field([1], element(0x04, fromHex(TEST_PPID))),
      field([2], element(0x30, ...svns, cpuSvn)),
      field([3], element(0x04, new Uint8Array(2))),
      field([4], element(0x04, fromHex(TEST_FMSPC))),
    ),
  );
};

export const createDcapPlatform = async (): Promise<DcapPlatform> => {
  const kind = "P-256";
  const root = await issueCertificate({ subject: intelName("Intel SGX Root CA"), kind, ca: true, pathLength: 1 });
  const pckCa = await issueCertificate({
    subject: intelName("Intel SGX PCK Platform CA"),
    kind,
    issuer: root,
    ca: true,
    pathLength: 0,
    serial: "0a",
  });
  const pck = await issueCertificate({
    subject: intelName("Intel SGX PCK Certificate"),
    kind,
    issuer: pckCa,
    serial: "0b",
    extensions: [pckExtension()],
  });
  const tcbSigner = await issueCertificate({
    subject: intelName("Intel SGX TCB Signing"),
    kind,
    issuer: root,
    serial: "0c",
  });
  const window = { from: new Date("2026-06-01T00:00:00Z"), until: new Date("2026-07-01T00:00:00Z") };
  return {
    roots: { ...VENDOR_ROOTS, intelSgx: toHex(sha256(root.der)) },
    root,
    pckCa,
    pck,
    tcbSigner,
    rootCaCrl: await issueCrl({ issuer: root, ...window }),
    pckCrl: await issueCrl({ issuer: pckCa, revoked: ["0d", "0e"], ...window }),
  };
};

/** Signs with SHA-256, as r ‖ s. */
export const signWith = ({ keys }: Holder, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(sign("sha256", bytes, { key: KeyObject.from(keys.privateKey), dsaEncoding: "ieee-p1363" }));

/** What a test puts in place of the texts that Intel signs; an object is written as JSON. */
export interface Statements {
  readonly tcbInfo?: object | string;
  readonly qeIdentity?: object | string;
  readonly signer?: Holder;
}

const asJson = (statement: object | string): string =>
  typeof statement === "string" ? statement : JSON.stringify(statement);

export const dcapCollateral = (platform: DcapPlatform, kind: DcapKind, statements: Statements = {}): DcapCollateral => {
  const signer = statements.signer ?? platform.tcbSigner;
  const chain = toPem(signer, platform.root);
  const info = asJson(statements.tcbInfo ?? tcbInfo(kind));
  const identity = asJson(statements.qeIdentity ?? qeIdentity(kind));
  return {
    kind: "dcap",
    rootCaCrl: platform.rootCaCrl,
    pckCrl: platform.pckCrl,
    tcbInfoIssuerChain: chain,
    tcbInfo: info,
    tcbInfoSignature: signWith(signer, utf8(info)),
    qeIdentityIssuerChain: chain,
    qeIdentity: identity,
    qeIdentitySignature: signWith(signer, utf8(identity)),
  };
};

export const dcapQuote = (platform: DcapPlatform, kind: DcapKind, parts: Partial<QuoteParts> = {}): Uint8Array =>
  testQuote({
    version: kind === "sgx" ? 3 : 4,
    kind,
    body: kind === "sgx" ? sgxReport() : tdReport(),
    pckChain: toPem(platform.pck, platform.pckCa, platform.root),
    signWithPck: (bytes) => signWith(platform.pck, bytes),
    ...parts,
  });

const MEASUREMENTS = {
  sgx: { mrEnclave: "e1".repeat(32) },
  tdx: { mrTd: "d0".repeat(48), rtmr0: "d1".repeat(48), rtmr1: "d2".repeat(48), rtmr2: "d3".repeat(48) },
};

/** Makes a policy that admits the test platform's enclaves. */
export const dcapPolicy = (kind: DcapKind, tee: Partial<DcapPolicy> = {}, policy: Partial<Policy> = {}): Policy => ({
  reportData: TEST_REPORT_DATA,
  [kind]: {
    measurements: [MEASUREMENTS[kind]],
    platforms: [TEST_PPID],
    maximumAge: 30 * 24 * 3600 * 1000,
    maximumRootCrlAge: 400 * 24 * 3600 * 1000,
    statuses: ["UpToDate"],
    advisories: [],
    minimumEvaluationNumber: 17,
    ...tee,
  },
  ...policy,
});

export const dcapVerification = (
  platform: DcapPlatform,
  kind: DcapKind,
  changes: Partial<Verification<DcapCollateral>> = {},
): Verification<DcapCollateral> => ({
  policy: dcapPolicy(kind),
  collateral: dcapCollateral(platform, kind),
  now: TEST_NOW,
  roots: platform.roots,
  ...changes,
});
