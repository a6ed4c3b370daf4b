/**
 * Collateral comes from whoever wants the key. What would speak against them may be left out, or be
 * an old one.
 */

import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { type Collateral, collateral, type DcapCollateral, type SnpCollateral } from "./evidence.js";
import { type CrlOptions, issueCertificate, issueCrl, TEST_FROM, toPem } from "./testing/certificates.js";
import {
  createDcapPlatform,
  dcapCollateral,
  dcapPolicy,
  dcapQuote,
  dcapVerification,
  intelName,
  type Statements,
} from "./testing/dcap-platform.js";
import { qeIdentity, TEST_NOW, tcbInfo } from "./testing/dcap-statements.js";
import { createSnpPlatform, TEST_MEASUREMENT, TEST_REPORT_DATA, TEST_TCB } from "./testing/snp-platform.js";
import { verifyEvidence } from "./verify-evidence.js";

const DAY = 24 * 3_600_000;
const JUNE = { from: new Date("2026-06-01T00:00:00Z"), until: new Date("2026-07-01T00:00:00Z") };
const YEAR = { from: new Date("2026-01-01T00:00:00Z"), until: new Date("2027-01-01T00:00:00Z") };

const intel = await createDcapPlatform();
const genuine = dcapCollateral(intel, "tdx");
const judgeIntel = (changes: Partial<DcapCollateral>, policy = dcapPolicy("tdx"), pckChain?: string): string =>
  outcome(() =>
    verifyEvidence(
      { kind: "tdx", quote: dcapQuote(intel, "tdx", pckChain === undefined ? {} : { pckChain }) },
      dcapVerification(intel, "tdx", { collateral: { ...genuine, ...changes }, policy }),
    ),
  );
const stating = (statements: Statements): string => judgeIntel(dcapCollateral(intel, "tdx", statements));

const amd = await createSnpPlatform();
const judgeAmd = (changes: Partial<SnpCollateral>, maximumRootCrlAge = 400 * DAY): string => {
  const measurements = [{ measurement: Buffer.from(TEST_MEASUREMENT).toString("hex") }];
  const tee = { measurements, platforms: "any", maximumAge: 400 * DAY, maximumRootCrlAge } as const;
  return outcome(() =>
    verifyEvidence(
      { kind: "sev-snp", report: amd.report() },
      {
        policy: { reportData: TEST_REPORT_DATA, "sev-snp": { ...tee, minimumTcb: { genoa: TEST_TCB } } },
        collateral: { ...amd.collateral, ...changes },
        now: TEST_NOW,
        roots: amd.roots,
      },
    ),
  );
};
const listedBy = (options: CrlOptions): Promise<Uint8Array> => issueCrl(options);

describe.each<[vendor: string, whole: Collateral]>([
  ["Intel", genuine],
  ["AMD", amd.collateral],
])("PROTOCOL 7: collateral of %s", (_, whole) => {
  test("is read whole", () => {
    expect(decode(collateral, encode(collateral, whole))).toEqual(whole);
  });

  test("isn't read cut short at any place", () => {
    const bytes = encode(collateral, whole);
    for (let end = 0; end < bytes.length; end += 97)
      expect(outcome(() => decode(collateral, bytes.subarray(0, end)))).toMatch(/^decode\//);
  });
});

describe("PROTOCOL 7: Intel's evidence is refused", () => {
  test("for no other reason than what is tested here", () => {
    expect(judgeIntel({})).toBe("accepted");
  });

  test.each<[part: string, changes: Partial<DcapCollateral>, code: string]>([
    ["the root's list", { rootCaCrl: new Uint8Array() }, "evidence/revocation-malformed"],
    ["the PCK CA's list", { pckCrl: new Uint8Array() }, "evidence/revocation-malformed"],
    ["TCB info", { tcbInfo: "" }, "evidence/collateral-signature"],
    ["TCB info's signature", { tcbInfoSignature: new Uint8Array() }, "evidence/collateral-signature"],
    ["TCB info's issuers", { tcbInfoIssuerChain: "" }, "evidence/chain-length"],
    ["the QE identity", { qeIdentity: "" }, "evidence/collateral-signature"],
    ["the QE identity's signature", { qeIdentitySignature: new Uint8Array() }, "evidence/collateral-signature"],
    ["the QE identity's issuers", { qeIdentityIssuerChain: "" }, "evidence/chain-length"],
    ["the root's list, with the CA's twice", { rootCaCrl: intel.pckCrl }, "evidence/revocation-issuer"],
    ["the CA's list, with the root's twice", { pckCrl: intel.rootCaCrl }, "evidence/revocation-issuer"],
  ])("without %s", (_, changes, code) => {
    expect(judgeIntel(changes)).toBe(code);
  });

  test("by lists that don't say when the next comes", async () => {
    const codes = [
      judgeIntel({ rootCaCrl: await listedBy({ issuer: intel.root, until: "never" }) }),
      judgeIntel({ pckCrl: await listedBy({ issuer: intel.pckCa, until: "never" }) }),
    ];
    expect(codes).toEqual(["evidence/revocation-malformed", "evidence/revocation-malformed"]);
  });

  test("by a list of the root's that is older than the limit, though it hasn't expired", async () => {
    const rootCaCrl = await listedBy({ issuer: intel.root, ...YEAR });
    const age = TEST_NOW - YEAR.from.getTime();
    expect(judgeIntel({ rootCaCrl }, dcapPolicy("tdx", { maximumRootCrlAge: age }))).toBe("accepted");
    expect(judgeIntel({ rootCaCrl }, dcapPolicy("tdx", { maximumRootCrlAge: age - 1 }))).toBe("evidence/policy-age");
  });

  test("where the root's list has the PCK CA, a signer of statements, or the root itself", async () => {
    const codes: string[] = [];
    for (const serial of ["0a", "0c", "01"])
      codes.push(judgeIntel({ rootCaCrl: await listedBy({ issuer: intel.root, revoked: [serial], ...JUNE }) }));
    expect(codes).toEqual(new Array<string>(3).fill("evidence/revocation-revoked"));
  });

  test("where the CA's list has the platform", async () => {
    const pckCrl = await listedBy({ issuer: intel.pckCa, revoked: ["0b"], ...JUNE });
    expect(judgeIntel({ pckCrl })).toBe("evidence/revocation-revoked");
  });

  test("by TCB info without the identity of its TDX module, levels, dates or number", () => {
    const without = (field: string): string => stating({ tcbInfo: tcbInfo("tdx", { [field]: undefined }) });
    expect(without("tdxModuleIdentities")).toBe("evidence/tcb-module-identity");
    for (const field of ["tdxModule", "tcbLevels", "issueDate", "nextUpdate", "tcbEvaluationDataNumber", "fmspc"])
      expect([field, without(field)]).toEqual([field, "evidence/collateral-malformed"]);
    expect(stating({ tcbInfo: tcbInfo("tdx", { tcbLevels: [] }) })).toBe("evidence/tcb-level");
  });

  test("by a QE identity without its levels, dates, number or signer", () => {
    const without = (field: string): string => stating({ qeIdentity: qeIdentity("tdx", { [field]: undefined }) });
    for (const field of ["tcbLevels", "issueDate", "nextUpdate", "tcbEvaluationDataNumber", "mrsigner"])
      expect([field, without(field)]).toEqual([field, "evidence/collateral-malformed"]);
    expect(stating({ qeIdentity: qeIdentity("tdx", { tcbLevels: [] }) })).toBe("evidence/tcb-qe-level");
  });

  test("by a platform's certificate that doesn't say which it is", async () => {
    const bare = await issueCertificate({
      subject: intelName("Intel SGX PCK Certificate"),
      kind: "P-256",
      issuer: intel.pckCa,
      serial: "0f",
    });
    const chain = toPem(bare, intel.pckCa, intel.root);
    expect(judgeIntel({}, dcapPolicy("tdx"), chain)).toBe("evidence/chain-pck-extension");
  });
});

describe("PROTOCOL 7: AMD's evidence is refused", () => {
  test("for no other reason than what is tested here", () => {
    expect(judgeAmd({})).toBe("accepted");
  });

  test("without the ARK's list, which a revoked ASK is on", async () => {
    const revoking = await listedBy({ issuer: amd.ark, revoked: ["a5"] });
    expect(judgeAmd({ crl: revoking })).toBe("evidence/revocation-revoked");
    expect(judgeAmd({ crl: new Uint8Array() })).toBe("evidence/revocation-malformed");
    const { crl: _, ...rest } = amd.collateral;
    // As a caller without types could.
    const untyped = rest as SnpCollateral;
    const verification = { policy: { reportData: "any" } as const, collateral: untyped, now: TEST_NOW };
    const tee = { measurements: [], platforms: "any", maximumAge: 1, maximumRootCrlAge: 1, minimumTcb: {} } as const;
    const policy = { ...verification.policy, "sev-snp": tee };
    expect(
      outcome(() =>
        verifyEvidence({ kind: "sev-snp", report: amd.report() }, { ...verification, policy, roots: amd.roots }),
      ),
    ).toBe("evidence/revocation-malformed");
  });

  test("by a list that has the ARK itself, or doesn't say when the next comes", async () => {
    expect(judgeAmd({ crl: await listedBy({ issuer: amd.ark, revoked: ["01"] }) })).toBe("evidence/revocation-revoked");
    const endless = await listedBy({ issuer: amd.ark, until: "never" });
    expect(judgeAmd({ crl: endless })).toBe("evidence/revocation-malformed");
  });

  test("by a list that is older than the limit, though it hasn't expired", () => {
    const age = TEST_NOW - TEST_FROM.getTime();
    expect(judgeAmd({}, age)).toBe("accepted");
    expect(judgeAmd({}, age - 1)).toBe("evidence/policy-age");
  });

  test("without its chip's certificate or the issuers", () => {
    expect(judgeAmd({ vcek: new Uint8Array() })).toBe("evidence/chain-malformed");
    expect(judgeAmd({ chain: "" })).toBe("evidence/chain-length");
  });
});

test("PROTOCOL 7: no collateral at all is refused for every vendor", () => {
  const none = { kind: "none" } as const;
  const quote = { kind: "tdx", quote: dcapQuote(intel, "tdx") } as const;
  const report = { kind: "sev-snp", report: amd.report() } as const;
  for (const evidence of [quote, report])
    expect(
      outcome(() => verifyEvidence(evidence, { policy: dcapPolicy("tdx"), collateral: none, now: TEST_NOW })),
    ).toBe("evidence/collateral-kind");
});
