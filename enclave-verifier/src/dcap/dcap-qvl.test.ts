/**
 * Agreement with another verifier, and by name each case in which that one takes what it shouldn't.
 * Some cases would turn out differently with another version of it, which is why that is pinned.
 */
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import type { DcapCollateral } from "../evidence.js";
import { TCB_STATUSES, type VerifiedEvidence } from "../result.js";
import { VENDOR_ROOTS } from "../roots.js";
import { issueCertificate, issueCrl, toPem } from "../testing/certificates.js";
import {
  createDcapPlatform,
  type DcapKind,
  dcapCollateral,
  dcapPolicy,
  dcapQuote,
  dcapVerification,
  intelName,
  pckExtension,
  type Statements,
  signWith,
} from "../testing/dcap-platform.js";
import type { QuoteParts } from "../testing/dcap-quote.js";
import { judgeByDcapQvl } from "../testing/dcap-qvl.js";
import {
  moduleIdentity,
  qeIdentity,
  TEST_COMPONENTS,
  TEST_NOW,
  tcbInfo,
  tcbLevel,
} from "../testing/dcap-statements.js";
import { sharedQuotes } from "../testing/shared-evidence.js";
import { verifyEvidence } from "../verify-evidence.js";

const platform = await createDcapPlatform();
const { root, pckCa, pck } = platform;
const WINDOW = { from: new Date("2026-06-01T00:00:00Z"), until: new Date("2026-07-01T00:00:00Z") };
const anyStatus = { statuses: TCB_STATUSES, advisories: "any" } as const;

const tcbOf = (verify: () => VerifiedEvidence): { status?: string; advisories: readonly string[] } | undefined => {
  let tcb: VerifiedEvidence["tcb"];
  if (outcome(() => (tcb = verify().tcb)) !== "accepted" || tcb === undefined) return undefined;
  return { status: tcb.status, advisories: tcb.advisories };
};

describe("agreement on real evidence", () => {
  const quotes = sharedQuotes();
  if (quotes === undefined) test.skip("the shared evidence isn't there");
  for (const { file, kind, quote, collateral, now, measurements } of quotes ?? [])
    test(`${file} at ${new Date(now).toISOString()}`, () => {
      const { mrEnclave = "", mrTd = "", rtmr0 = "", rtmr1 = "", rtmr2 = "" } = measurements;
      const allowed = kind === "sgx" ? { mrEnclave } : { mrTd, rtmr0, rtmr1, rtmr2 };
      const tee = { ...anyStatus, measurements: [allowed], platforms: "any", minimumEvaluationNumber: 0 } as const;
      const policy = dcapPolicy(kind, tee, { reportData: "any" });
      const ours = tcbOf(() => verifyEvidence({ kind, quote }, { policy, collateral, now, roots: VENDOR_ROOTS }));
      expect(ours).toEqual(judgeByDcapQvl(quote, collateral, now));
    });
});

describe("on evidence of the tests' own making", () => {
  const both = (
    kind: DcapKind,
    {
      parts = {},
      statements = {},
      changes = {},
    }: {
      readonly parts?: Partial<QuoteParts>;
      readonly statements?: Statements;
      readonly changes?: Partial<DcapCollateral>;
    },
    now = TEST_NOW,
  ) => {
    const quote = dcapQuote(platform, kind, parts);
    const collateral = { ...dcapCollateral(platform, kind, statements), ...changes };
    const policy = dcapPolicy(kind, anyStatus);
    const verification = dcapVerification(platform, kind, { policy, collateral, now });
    return {
      ours: outcome(() => verifyEvidence({ kind, quote }, verification)),
      tcb: tcbOf(() => verifyEvidence({ kind, quote }, verification)),
      theirs: judgeByDcapQvl(quote, collateral, now, root.der),
    };
  };

  test.each([
    ["sgx", "UpToDate"],
    ["sgx", "SWHardeningNeeded"],
    ["sgx", "OutOfDateConfigurationNeeded"],
    ["tdx", "UpToDate"],
    ["tdx", "ConfigurationNeeded"],
  ] as const)("both find %s %s", (kind, status) => {
    const tcbLevels = [tcbLevel(kind, { status, advisories: ["INTEL-SA-00001"] })];
    const { tcb, theirs } = both(kind, { statements: { tcbInfo: tcbInfo(kind, { tcbLevels }) } });
    expect(tcb).toEqual({ status, advisories: ["INTEL-SA-00001"] });
    expect(theirs).toEqual(tcb);
  });

  test("both refuse a quote that another key signed, another signer's quoting enclave, other platforms' TCB info, and an expired QE identity", () => {
    const cases = [
      both("sgx", { parts: { signature: new Uint8Array(64) } }),
      both("sgx", { statements: { qeIdentity: qeIdentity("sgx", { mrsigner: "00".repeat(32) }) } }),
      both("sgx", { statements: { tcbInfo: tcbInfo("sgx", { fmspc: "000000000000" }) } }),
      both("sgx", { statements: { qeIdentity: qeIdentity("sgx", { nextUpdate: "2026-06-02T00:00:00Z" }) } }),
    ];
    expect(cases.map(({ ours, theirs }) => [ours, theirs])).toEqual([
      ["evidence/signature-quote", undefined],
      ["evidence/binding-qe-signer", undefined],
      ["evidence/binding-platform", undefined],
      ["evidence/collateral-stale", undefined],
    ]);
  });

  describe("dcap-qvl takes, and this verifier refuses,", () => {
    const onlyWeRefuse = ({ ours, theirs }: ReturnType<typeof both>, code: string): void => {
      expect(theirs?.status).toBe("UpToDate");
      expect(ours).toBe(code);
    };

    test.each([
      ["an empty revocation list", async () => new Uint8Array(), "evidence/revocation-malformed"],
      ["garbage for a revocation list", async () => new Uint8Array(99).fill(0x30), "evidence/revocation-malformed"],
      [
        "a forged revocation list",
        () => issueCrl({ ...WINDOW, issuer: { ...platform.tcbSigner, subject: pckCa.subject } }),
        "evidence/revocation-signature",
      ],
      [
        "an expired revocation list",
        () => issueCrl({ issuer: pckCa, from: WINDOW.from, until: new Date("2026-06-02T00:00:00Z") }),
        "evidence/revocation-stale",
      ],
      ["another issuer's revocation list", () => issueCrl({ ...WINDOW, issuer: root }), "evidence/revocation-issuer"],
    ])("%s", async (_, crl, code) => {
      onlyWeRefuse(both("sgx", { changes: { pckCrl: await crl() } }), code);
    });

    test("a clock that isn't a number", () => {
      onlyWeRefuse(both("sgx", {}, Number.NaN), "evidence/policy-clock");
    });

    test("a quoting enclave of another vendor", () => {
      onlyWeRefuse(both("sgx", { parts: { vendor: new Uint8Array(16) } }), "evidence/format-quote");
    });

    test("a TDX module that Intel doesn't know", () => {
      const tdxModuleIdentities = [moduleIdentity("TDX_02", [[1, "UpToDate"]])];
      const statements = { tcbInfo: tcbInfo("tdx", { tdxModuleIdentities }) };
      onlyWeRefuse(both("tdx", { statements }), "evidence/tcb-module-identity");
    });

    test("a CA that isn't one", async () => {
      const issuer = await issueCertificate({ subject: pckCa.subject, kind: "P-256", issuer: root, serial: "21" });
      const options = { kind: "P-256", issuer, extensions: [pckExtension()] } as const;
      const forged = await issueCertificate({ subject: intelName("Intel SGX PCK Certificate"), ...options });
      const parts = {
        pckChain: toPem(forged, issuer, root),
        signWithPck: (bytes: Uint8Array) => signWith(forged, bytes),
      };
      onlyWeRefuse(both("sgx", { parts }), "evidence/chain-not-a-ca");
    });
  });

  test("dcap-qvl calls a module out of date that isn't, by comparing numbers which have their own identity", () => {
    const tdx = [9, 9, 2, ...new Array<number>(13).fill(0)];
    const below = TEST_COMPONENTS.map(() => 0);
    const tcbLevels = [tcbLevel("tdx", { tdx }), tcbLevel("tdx", { sgx: below, status: "OutOfDate" })];
    const { tcb, theirs } = both("tdx", { statements: { tcbInfo: tcbInfo("tdx", { tcbLevels }) } });
    expect(tcb?.status).toBe("UpToDate");
    expect(theirs?.status).toBe("OutOfDate");
  });

  test("the platform is in order", () =>
    expect(both("sgx", { parts: { pckChain: toPem(pck, pckCa, root) } }).ours).toBe("accepted"));
});
