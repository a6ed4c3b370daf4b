import { issueCertificate, TEST_UNTIL } from "@pdiem/enclave-verifier/testing/certificates";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { encode } from "cborg";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type Policy, VENDOR_ROOTS } from "../attestation/evidence.js";
import { verifyEvidence } from "../attestation/verify-evidence.js";
import {
  createNitroEnclave,
  type DocumentOptions,
  type NitroEnclave,
  TEST_TIMESTAMP,
  TEST_USER_DATA,
  testPcr,
} from "../testing/nitro-enclave.js";

const image = { pcr0: toHex(testPcr(0)), pcr1: toHex(testPcr(1)), pcr2: toHex(testPcr(2)) };
const POLICY: Policy = {
  reportData: TEST_USER_DATA,
  nitro: { measurements: [image], platforms: "any", maximumAge: 60_000 },
};

const INDEFINITE_MAP = 0xbf;
const BREAK = 0xff;

interface Circumstances {
  readonly policy?: Policy;
  readonly now?: number;
  readonly enclave?: NitroEnclave;
}

let genuine: NitroEnclave;

beforeAll(async () => {
  genuine = await createNitroEnclave();
});

const verify = (
  document: Uint8Array,
  { policy = POLICY, now = TEST_TIMESTAMP, enclave = genuine }: Circumstances = {},
) => verifyEvidence({ kind: "nitro", document }, { policy, collateral: { kind: "none" }, now, roots: enclave.roots });

const judge = (document: Uint8Array, circumstances: Circumstances = {}): string =>
  outcome(() => verify(document, circumstances));

const judgeBuilt = (options: DocumentOptions, circumstances: Circumstances = {}): string =>
  judge(genuine.document(options), circumstances);

describe("a Nitro attestation document", () => {
  test("is accepted with its registers, its user data and the time in which it holds", () => {
    const result = verify(genuine.document());
    expect(result).toMatchObject({ kind: "nitro", tcb: { status: "UpToDate", advisories: [] }, platform: undefined });
    expect(result.measurements).toMatchObject({ ...image, pcr15: toHex(testPcr(15)) });
    expect(result.reportData).toEqual(TEST_USER_DATA);
    expect(result.validity).toEqual({ from: TEST_TIMESTAMP, until: TEST_UNTIL.getTime() });
  });

  test("is accepted with maps of indefinite length in it, as AWS writes them", () => {
    const rewrite = (payload: Uint8Array): Uint8Array =>
      concat(Uint8Array.of(INDEFINITE_MAP), payload.subarray(1), Uint8Array.of(BREAK));
    expect(judgeBuilt({ rewrite })).toBe("accepted");
    expect(judgeBuilt({ rewrite: (payload) => rewrite(payload).subarray(0, -1) })).toBe(
      "evidence/format-nitro-document",
    );
  });

  test("is left as it was, also in a Buffer", () => {
    const document = Buffer.from(genuine.document());
    const before = toHex(document);
    expect([judge(document), judge(document)]).toEqual(["accepted", "accepted"]);
    expect(toHex(document)).toBe(before);
  });

  test("is refused where the policy has nothing about Nitro", () => {
    expect(judge(genuine.document(), { policy: { reportData: TEST_USER_DATA } })).toBe("evidence/policy-kind");
  });

  test.each([
    ["PCR0", 0],
    ["PCR1", 1],
    ["PCR2", 2],
  ])("of debug mode, with %s zero, is refused", (_, index) => {
    const pcrs = new Map([0, 1, 2].map((one) => [one, one === index ? new Uint8Array(48) : testPcr(one)]));
    expect(judgeBuilt({ fields: { pcrs } })).toBe("evidence/policy-debug");
  });

  test("without one of the registers of its image is refused", () => {
    expect(judgeBuilt({ fields: { pcrs: new Map([[0, testPcr(0)]]) } })).toBe("evidence/policy-debug");
  });

  test("of another image, for other user data or without any is refused", () => {
    const pcrs = new Map([0, 1, 2].map((one) => [one, testPcr(one).fill(1)]));
    expect(judgeBuilt({ fields: { pcrs } })).toBe("evidence/policy-measurements");
    expect(judgeBuilt({ fields: { user_data: new Uint8Array(64) } })).toBe("evidence/policy-report-data");
    expect(judgeBuilt({ fields: { user_data: null } })).toBe("evidence/policy-report-data");
  });

  test("is refused when it is older than the policy allows, from the future, or read by a broken clock", () => {
    expect(judge(genuine.document(), { now: TEST_TIMESTAMP + 60_000 })).toBe("accepted");
    expect(judge(genuine.document(), { now: TEST_TIMESTAMP + 60_001 })).toBe("evidence/policy-age");
    expect(judge(genuine.document(), { now: TEST_TIMESTAMP - 1 })).toBe("evidence/chain-timestamp");
    expect(judge(genuine.document(), { now: Number.NaN })).toBe("evidence/policy-clock");
    expect(judge(genuine.document(), { now: TEST_UNTIL.getTime() + 1 })).toBe("evidence/chain-validity");
  });

  test("whose timestamp is before its certificate's time is refused", () => {
    expect(judgeBuilt({ fields: { timestamp: 1 } })).toBe("evidence/chain-timestamp");
  });

  test("under a look-alike of the root is refused", () => {
    expect(judge(genuine.document(), { enclave: { ...genuine, roots: VENDOR_ROOTS } })).toBe("evidence/chain-root");
  });

  test("with its certificates in another order, or without those between, is refused", () => {
    const [root, instance] = genuine.caBundle;
    const ders = (...holders: (typeof root)[]) => holders.flatMap((holder) => (holder ? [holder.der] : []));
    expect(judgeBuilt({ fields: { cabundle: ders(instance, root) } })).toBe("evidence/chain-root");
    expect(judgeBuilt({ fields: { cabundle: ders(root) } })).toBe("evidence/chain-names");
    expect(judgeBuilt({ fields: { cabundle: [] } })).toBe("evidence/format-nitro-document");
  });

  test("signed by a key other than its certificate's is refused", () => {
    const [root] = genuine.caBundle;
    expect(root && judgeBuilt({ signer: root })).toBe("evidence/signature-document");
  });

  test("whose enclave certificate was used to issue another is refused", async () => {
    const forged = await issueCertificate({
      subject: genuine.leaf.subject,
      kind: "P-384",
      issuer: genuine.leaf,
    });
    const cabundle = [...genuine.caBundle, genuine.leaf].map(({ der }) => der);
    const options = { fields: { certificate: forged.der, cabundle }, signer: forged };
    expect(judgeBuilt(options)).toBe("evidence/chain-not-a-ca");
  });

  test("with a certificate for another enclave, or of the wrong kind, is refused", async () => {
    const other = await createNitroEnclave({ leafCertificate: { subject: "CN=i-1-enc1.us-east-1.aws" } });
    expect(judge(other.document(), { enclave: other })).toBe("evidence/chain-role");
    const curve = await createNitroEnclave({ leafCertificate: { kind: "P-256" } });
    expect(judge(curve.document({ signer: genuine.leaf }), { enclave: curve })).toBe("evidence/chain-role");
    const authority = await createNitroEnclave({ leafCertificate: { ca: true } });
    expect(judge(authority.document(), { enclave: authority })).toBe("evidence/chain-leaf-is-a-ca");
    const intermediate = await createNitroEnclave({ intermediateCertificate: { ca: false } });
    expect(judge(intermediate.document(), { enclave: intermediate })).toBe("evidence/chain-not-a-ca");
  });

  test.each<[string, DocumentOptions]>([
    ["another algorithm", { protectedHeader: new Map([[1, -7]]) }],
    [
      "more than the algorithm in its header",
      {
        protectedHeader: new Map([
          [1, -35],
          [2, 1],
        ]),
      },
    ],
    ["an unprotected header", { unprotectedHeader: new Map([[4, 1]]) }],
    ["another digest", { fields: { digest: "SHA512" } }],
    ["no module", { fields: { module_id: undefined } }],
    ["no PCRs", { fields: { pcrs: undefined } }],
    ["a short PCR", { fields: { pcrs: new Map([[0, new Uint8Array(32)]]) } }],
    ["a PCR with a name", { fields: { pcrs: new Map([["0", testPcr(0)]]) } }],
    ["PCR 32", { fields: { pcrs: new Map([[32, testPcr(0)]]) } }],
    ["a timestamp as text", { fields: { timestamp: "0" } }],
    ["a fractional timestamp", { fields: { timestamp: 1.5 } }],
    ["a certificate that is too long", { fields: { certificate: new Uint8Array(1025) } }],
    ["too many certificates", { fields: { cabundle: Array.from({ length: 9 }, () => Uint8Array.of(1)) } }],
    ["user data that is too long", { fields: { user_data: new Uint8Array(1025) } }],
    ["a nonce as text", { fields: { nonce: "nonce" } }],
  ])("with %s is refused", (_, options) => {
    expect(judgeBuilt(options)).toBe("evidence/format-nitro-document");
  });

  test("with garbage for certificates is refused", () => {
    expect(judgeBuilt({ fields: { certificate: Uint8Array.of(1, 2, 3) } })).toBe("evidence/chain-malformed");
  });

  test("is refused tagged, with a byte after it, in a megabyte, nested without end or cut short", () => {
    const document = genuine.document();
    for (const bytes of [
      concat(Uint8Array.of(0xd2), document),
      concat(document, Uint8Array.of(0)),
      concat(document, new Uint8Array(1024 * 1024)),
      new Uint8Array(16 * 1024).fill(0x81),
      new Uint8Array(16 * 1024).fill(0x9f),
      // An array of 2^53 elements, of which none comes.
      Uint8Array.of(0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      document.subarray(0, -1),
      new Uint8Array(),
    ])
      expect(judge(bytes)).toBe("evidence/format-nitro-document");
  });

  test("with a field twice, or a number longer than it need be, is refused", () => {
    const twice = encode(new Map([["digest", "SHA384"]])).subarray(1);
    const rewrites: readonly ((payload: Uint8Array) => Uint8Array)[] = [
      (payload) => concat(Uint8Array.of((payload[0] ?? 0) + 1), payload.subarray(1), twice),
      (payload) => concat(Uint8Array.of(0xb8, (payload[0] ?? 0) & 0x1f), payload.subarray(1)),
    ];
    for (const rewrite of rewrites) expect(judgeBuilt({ rewrite })).toBe("evidence/format-nitro-document");
  });

  test("is refused with any bit of it turned", () => {
    const document = genuine.document();
    fc.assert(
      fc.property(fc.nat(document.length - 1), fc.nat(7), (at, bit) => {
        const changed = new Uint8Array(document);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(judge(changed)).toMatch(/^evidence\/(?:format|chain|signature)-/);
      }),
      { numRuns: 400 },
    );
  });

  test("is refused with a signature of zeros, or with r or s as large as the order", () => {
    const document = genuine.document();
    const order = Buffer.from(
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
      "hex",
    );
    for (const [offset, bytes] of [
      [96, new Uint8Array(96)],
      [96, order],
      [48, order],
    ] as const) {
      const changed = new Uint8Array(document);
      changed.set(bytes, document.length - offset);
      expect(judge(changed)).toBe("evidence/signature-document");
    }
  });
});
