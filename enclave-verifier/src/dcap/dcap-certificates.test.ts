import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import type { DcapCollateral } from "../evidence.js";
import { type CertificateOptions, type Holder, issueCertificate, issueCrl, toPem } from "../testing/certificates.js";
import {
  createDcapPlatform,
  dcapCollateral,
  dcapQuote,
  dcapVerification,
  intelName,
  pckExtension,
  signWith,
} from "../testing/dcap-platform.js";
import { verifyEvidence } from "../verify-evidence.js";

const platform = await createDcapPlatform();
const { root, pckCa, pck, tcbSigner } = platform;
const PCK = intelName("Intel SGX PCK Certificate");
const WINDOW = { from: new Date("2026-06-01T00:00:00Z"), until: new Date("2026-07-01T00:00:00Z") };

const issue = (options: Omit<CertificateOptions, "kind">): Promise<Holder> =>
  issueCertificate({ kind: "P-256", ...options });

const judge = (leaf: Holder, chain: string, collateral: Partial<DcapCollateral> = {}): string => {
  const quote = dcapQuote(platform, "sgx", { pckChain: chain, signWithPck: (bytes) => signWith(leaf, bytes) });
  const verification = dcapVerification(platform, "sgx", {
    collateral: { ...dcapCollateral(platform, "sgx"), ...collateral },
  });
  return outcome(() => verifyEvidence({ kind: "sgx", quote }, verification));
};
const genuine = toPem(pck, pckCa, root);

describe("the PCK certificate chain", () => {
  test("of a look-alike root isn't accepted, whatever names it has", async () => {
    const fakeRoot = await issue({ subject: root.subject, ca: true, pathLength: 1 });
    const fakeCa = await issue({ subject: pckCa.subject, issuer: fakeRoot, ca: true, pathLength: 0 });
    const fake = await issue({ subject: PCK, issuer: fakeCa, extensions: [pckExtension()] });
    expect(judge(fake, toPem(fake, fakeCa, fakeRoot))).toBe("evidence/chain-root");
    expect(judge(fake, toPem(fake, fakeCa, root))).toBe("evidence/chain-signature");
  });

  test("doesn't go through a leaf", async () => {
    const issuer = await issue({ subject: pckCa.subject, issuer: root, serial: "21" });
    const forged = await issue({ subject: PCK, issuer, extensions: [pckExtension()] });
    expect(judge(forged, toPem(forged, issuer, root))).toBe("evidence/chain-not-a-ca");
    const below = await issue({ subject: PCK, issuer: pck, extensions: [pckExtension()] });
    expect(judge(below, toPem(below, pck, root))).toBe("evidence/chain-role");
  });

  test("doesn't end in a CA", async () => {
    const leaf = await issue({ subject: PCK, issuer: pckCa, ca: true, extensions: [pckExtension()] });
    expect(judge(leaf, toPem(leaf, pckCa, root))).toBe("evidence/chain-leaf-is-a-ca");
  });

  test("has its certificates, in order and nothing else", () => {
    expect(judge(pck, toPem(pckCa, pck, root))).toBe("evidence/chain-role");
    expect(judge(pck, toPem(pck, root))).toBe("evidence/chain-length");
    expect(judge(pck, toPem(pck, pckCa, root, root))).toBe("evidence/chain-length");
    expect(judge(pck, `${genuine}text`)).toBe("evidence/chain-malformed");
    expect(judge(pck, "")).toBe("evidence/chain-length");
  });

  test("names issuers as they name themselves", async () => {
    const stranger = { ...pckCa, subject: intelName("Intel SGX PCK Processor CA") };
    const leaf = await issue({ subject: PCK, issuer: stranger, extensions: [pckExtension()] });
    expect(judge(leaf, toPem(leaf, pckCa, root))).toBe("evidence/chain-names");
  });

  test("is within its validity", async () => {
    const issuedLater = await issue({
      subject: PCK,
      issuer: pckCa,
      extensions: [pckExtension()],
      from: new Date("2026-06-11T00:00:00Z"),
    });
    expect(judge(issuedLater, toPem(issuedLater, pckCa, root))).toBe("evidence/chain-validity");
  });

  test.each([
    ["none that describes the platform", []],
    ["a description with 15 components", [pckExtension(new Array<number>(15).fill(1))]],
    [
      "a description with 17 components, one in the place of something else",
      [pckExtension(new Array<number>(17).fill(9))],
    ],
    ["a description with a component beyond a byte", [pckExtension(new Array<number>(16).fill(256))]],
  ])("needs a PCK certificate's extension, not %s", async (_, extensions) => {
    const leaf = await issue({ subject: PCK, issuer: pckCa, extensions });
    expect(judge(leaf, toPem(leaf, pckCa, root))).toBe("evidence/chain-pck-extension");
  });

  test("has no extension twice", async () => {
    const leaf = await issue({ subject: PCK, issuer: pckCa, extensions: [pckExtension(), pckExtension()] });
    expect(judge(leaf, toPem(leaf, pckCa, root))).toBe("evidence/chain-malformed");
  });
});

describe("the TCB signing chain", () => {
  test("isn't led by a platform's own certificate", () => {
    const statements = dcapCollateral(platform, "sgx", { signer: pck });
    const chain = genuine;
    expect(judge(pck, genuine, statements)).toBe("evidence/chain-role");
    expect(judge(pck, genuine, { ...statements, tcbInfoIssuerChain: chain })).toBe("evidence/chain-length");
  });

  test("is checked for QE identity too", async () => {
    const fakeRoot = await issue({ subject: root.subject, ca: true });
    const fake = await issue({ subject: tcbSigner.subject, issuer: fakeRoot });
    const { qeIdentitySignature, qeIdentityIssuerChain } = dcapCollateral(platform, "sgx", { signer: fake });
    expect(judge(pck, genuine, { qeIdentitySignature })).toBe("evidence/collateral-signature");
    expect(judge(pck, genuine, { qeIdentitySignature, qeIdentityIssuerChain })).toBe("evidence/chain-signature");
  });
});

describe("revocation lists", () => {
  test.each([
    ["the platform's certificate", { issuer: pckCa, revoked: ["0b"] }, "pckCrl"],
    ["its CA", { issuer: root, revoked: ["0a"] }, "rootCaCrl"],
    ["the signer of TCB info", { issuer: root, revoked: ["0c"] }, "rootCaCrl"],
  ])("refuse %s", async (_, options, name) => {
    expect(judge(pck, genuine, { [name]: await issueCrl({ ...WINDOW, ...options }) })).toBe(
      "evidence/revocation-revoked",
    );
  });

  test("refuse the signer of QE identity, where it is another than TCB info's", async () => {
    const signer = await issue({ subject: tcbSigner.subject, issuer: root, serial: "0f" });
    const { qeIdentitySignature, qeIdentityIssuerChain } = dcapCollateral(platform, "sgx", { signer });
    const identity = { qeIdentitySignature, qeIdentityIssuerChain };
    expect(judge(pck, genuine, identity)).toBe("accepted");
    const rootCaCrl = await issueCrl({ ...WINDOW, issuer: root, revoked: ["0f"] });
    expect(judge(pck, genuine, { rootCaCrl })).toBe("accepted");
    expect(judge(pck, genuine, { ...identity, rootCaCrl })).toBe("evidence/revocation-revoked");
  });

  test("know serial numbers of any length, those with the highest bit set too", async () => {
    for (const serial of [
      "fd608648629cba73078b4d492f4b3ea741ad08cd",
      "6fc34e5023e728923435d61aa4b83c618166ad35",
      "80",
    ]) {
      const leaf = await issue({ subject: PCK, issuer: pckCa, extensions: [pckExtension()], serial });
      const chain = toPem(leaf, pckCa, root);
      const codes = [];
      for (const revoked of [["7f"], ["7f", serial]])
        codes.push(judge(leaf, chain, { pckCrl: await issueCrl({ ...WINDOW, issuer: pckCa, revoked }) }));
      expect(codes).toEqual(["accepted", "evidence/revocation-revoked"]);
    }
  });

  test.each(["pckCrl", "rootCaCrl"] as const)("are needed: %s", async (name) => {
    const issuer = name === "pckCrl" ? pckCa : root;
    const codes = new Map<string, string>();
    const codeOf = (what: string, crl: Uint8Array): void => {
      codes.set(what, judge(pck, genuine, { [name]: crl }));
    };
    codeOf("missing", new Uint8Array());
    codeOf("garbage", new Uint8Array(300).fill(0x30));
    codeOf("of another CA", name === "pckCrl" ? platform.rootCaCrl : platform.pckCrl);
    codeOf("forged", await issueCrl({ ...WINDOW, issuer: { ...tcbSigner, subject: issuer.subject } }));
    codeOf("stale", await issueCrl({ issuer, from: WINDOW.from, until: new Date("2026-06-09T23:59:59Z") }));
    codeOf("of the future", await issueCrl({ issuer, from: new Date("2026-06-10T00:00:01Z"), until: WINDOW.until }));
    codeOf("a certificate", issuer.der);
    expect(Object.fromEntries(codes)).toEqual({
      missing: "evidence/revocation-malformed",
      garbage: "evidence/revocation-malformed",
      "of another CA": "evidence/revocation-issuer",
      forged: "evidence/revocation-signature",
      stale: "evidence/revocation-stale",
      "of the future": "evidence/revocation-stale",
      "a certificate": "evidence/revocation-malformed",
    });
  });
});
