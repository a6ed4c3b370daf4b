import { p256 } from "@noble/curves/nist.js";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { issueCrl } from "../testing/certificates.js";
import {
  createDcapPlatform,
  type DcapKind,
  dcapCollateral,
  dcapPolicy,
  dcapQuote,
  dcapVerification,
  signWith,
  TEST_PPID,
} from "../testing/dcap-platform.js";
import { type QuoteParts, qeReportData, testQeReport } from "../testing/dcap-quote.js";
import { sgxReport, TEST_REPORT_DATA, TEST_TEE_TCB_SVN, tdReport } from "../testing/dcap-reports.js";
import { qeIdentity, tcbInfo, tcbLevel } from "../testing/dcap-statements.js";
import { verifyEvidence } from "../verify-evidence.js";

const platform = await createDcapPlatform();
const ORDER = p256.Point.Fn.ORDER;

const judge = (
  kind: DcapKind,
  parts: Partial<QuoteParts> = {},
  changes: Parameters<typeof dcapVerification>[2] = {},
): string =>
  outcome(() =>
    verifyEvidence({ kind, quote: dcapQuote(platform, kind, parts) }, dcapVerification(platform, kind, changes)),
  );

const scalar = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, "0"));

describe("genuine evidence", () => {
  test("of SGX tells measurements, TCB, report data, platform and until when it holds", () => {
    const quote = dcapQuote(platform, "sgx");
    expect(verifyEvidence({ kind: "sgx", quote }, dcapVerification(platform, "sgx"))).toEqual({
      kind: "sgx",
      measurements: {
        cpuSvn: "00".repeat(16),
        attributes: "0500000000000000e700000000000000",
        mrEnclave: "e1".repeat(32),
        mrSigner: "51".repeat(32),
        isvProdId: "0",
        isvSvn: "0",
      },
      tcb: { status: "UpToDate", advisories: [], evaluationNumber: 17 },
      reportData: TEST_REPORT_DATA,
      platform: TEST_PPID,
      validity: { from: Date.parse("2026-06-01T00:00:00Z"), until: Date.parse("2026-07-01T00:00:00Z") },
    });
  });

  const td15 = tdReport({ teeTcbSvn2: TEST_TEE_TCB_SVN });
  test.each([
    ["SGX, version 4", "sgx", { version: 4 }],
    ["SGX, version 5", "sgx", { version: 5 }],
    ["TDX, version 4", "tdx", { version: 4 }],
    ["TDX, version 5", "tdx", { version: 5 }],
    ["TDX 1.5, version 5", "tdx", { version: 5, body: td15 }],
    ["with a megabyte behind it", "sgx", { trailing: new Uint8Array(1 << 20).fill(0xff) }],
  ] as const)("%s is accepted", (_, kind, parts) => {
    expect(judge(kind, parts)).toBe("accepted");
  });
});

describe("quotes that aren't what they should be", () => {
  test.each([
    ["of an unknown version", { version: 6 as 5 }, "evidence/format-quote"],
    ["with another kind of attestation key", { keyType: 3 }, "evidence/format-quote"],
    ["of another vendor's quoting enclave", { vendor: new Uint8Array(16) }, "evidence/format-quote"],
    ["of TDX in version 3", { kind: "tdx" as const, body: tdReport() }, "evidence/format-quote"],
    ["of TDX shown as SGX", { version: 4 as const, kind: "tdx" as const, body: tdReport() }, "evidence/format-kind"],
    ["of version 5 with a body of the other TEE", { version: 5 as const, body: tdReport() }, "evidence/format-quote"],
  ])("%s", (_, parts, code) => {
    expect(judge("sgx", parts)).toBe(code);
  });

  test("of version 5 with a size that isn't the body's", () => {
    const body = tdReport({ teeTcbSvn2: TEST_TEE_TCB_SVN });
    expect(judge("tdx", { version: 5, body, bodyType: 2 })).toBe("evidence/format-quote");
    expect(judge("tdx", { version: 5, body: body.subarray(0, 584), bodyType: 3 })).toBe("evidence/format-quote");
    expect(judge("tdx", { version: 5, body, bodyType: 4 })).toBe("evidence/format-quote");
  });

  test("cut anywhere are refused as malformed", () => {
    const quote = dcapQuote(platform, "sgx");
    const verification = dcapVerification(platform, "sgx");
    for (let length = 0; length < quote.length; length += 61)
      expect(outcome(() => verifyEvidence({ kind: "sgx", quote: quote.slice(0, length) }, verification))).toBe(
        "evidence/format-quote",
      );
  });

  test.each([
    ["the signature data's", 432],
    ["the authentication data's", 432 + 4 + 128 + 384 + 64],
    ["the certification data's", 432 + 4 + 128 + 384 + 64 + 2 + 32 + 2],
  ])("with %s length past the end", (_, at) => {
    const quote = dcapQuote(platform, "sgx");
    quote.set([0xff, 0xff], at);
    expect(outcome(() => verifyEvidence({ kind: "sgx", quote }, dcapVerification(platform, "sgx")))).toBe(
      "evidence/format-quote",
    );
  });
});

describe("the attestation key", () => {
  const genuine = dcapQuote(platform, "sgx").subarray(436, 500);
  test.each([
    ["zero", new Uint8Array(64)],
    ["with r equal to the order", concat(scalar(ORDER), genuine.subarray(32))],
    ["with s beyond the order", concat(genuine.subarray(0, 32), scalar(ORDER + 1n))],
    ["over something else", p256.sign(Uint8Array.of(1), new Uint8Array(32).fill(0x42))],
  ])("refuses a signature that is %s", (_, signature) => {
    expect(judge("sgx", { signature })).toBe("evidence/signature-quote");
  });

  test("off the curve signs nothing, even if the quoting enclave names it", () => {
    const attestationKey = new Uint8Array(64).fill(7);
    const qeReport = testQeReport("sgx", { reportData: qeReportData(attestationKey) });
    expect(judge("sgx", { attestationKey, qeReport })).toBe("evidence/signature-quote");
  });

  test("must be the one that the quoting enclave names", () => {
    const secret = new Uint8Array(32).fill(0x43);
    const attestationKey = p256.getPublicKey(secret, false).slice(1);
    expect(judge("sgx", { attestationKey })).toBe("evidence/binding-attestation-key");
  });
});

describe("the quoting enclave", () => {
  test("must be vouched for by the platform's PCK key", () => {
    expect(judge("sgx", { signWithPck: (bytes) => signWith(platform.pckCa, bytes) })).toBe(
      "evidence/binding-qe-report-signature",
    );
  });

  test.each([
    ["another signer", { mrSigner: new Uint8Array(32).fill(0xbd) }, "evidence/binding-qe-signer"],
    ["another product", { isvProdId: 2 }, "evidence/binding-qe-product"],
    ["debugging", { attributes: fromHex("13000000000000000000000000000000") }, "evidence/binding-qe-attributes"],
    ["another miscselect", { miscSelect: Uint8Array.of(1, 0, 0, 0) }, "evidence/binding-qe-miscselect"],
    ["a version below all that are listed", { isvSvn: 3 }, "evidence/tcb-qe-level"],
    ["a version that is out of date", { isvSvn: 7 }, "evidence/policy-status"],
    ["a version that is revoked", { isvSvn: 4 }, "evidence/policy-status"],
  ])("with %s is refused", (_, fields, code) => {
    expect(judge("sgx", { qeReport: testQeReport("sgx", fields) })).toBe(code);
  });

  test("is judged by its miscselect as a number, not by the order of its text", () => {
    const collateral = dcapCollateral(platform, "sgx", { qeIdentity: qeIdentity("sgx", { miscselect: "00000001" }) });
    const qeReport = testQeReport("sgx", { miscSelect: Uint8Array.of(1, 0, 0, 0) });
    expect(judge("sgx", { qeReport }, { collateral })).toBe("accepted");
  });
});

describe("the policy", () => {
  test.each([
    [
      "debugged enclaves",
      "sgx",
      { body: sgxReport({ attributes: fromHex("0700000000000000e700000000000000") }) },
      "debug",
    ],
    ["debugged guests", "tdx", { body: tdReport({ tdAttributes: fromHex("0100001000000000") }) }, "debug"],
    ["untrusted guests", "tdx", { body: tdReport({ tdAttributes: fromHex("8000001000000000") }) }, "debug"],
    ["guests without SEPT_VE_DISABLE", "tdx", { body: tdReport({ tdAttributes: new Uint8Array(8) }) }, "sept-ve"],
    [
      "guests that may be moved",
      "tdx",
      { body: tdReport({ tdAttributes: fromHex("0000003000000000") }) },
      "migratable",
    ],
    [
      "guests with a service guest",
      "tdx",
      {
        version: 5,
        body: tdReport({ teeTcbSvn2: TEST_TEE_TCB_SVN, mrServiceTd: new Uint8Array(48).fill(1) }),
      },
      "service-td",
    ],
    ["other enclaves", "sgx", { body: sgxReport({ mrEnclave: new Uint8Array(32).fill(1) }) }, "measurements"],
    ["report data of zeros", "sgx", { body: sgxReport({ reportData: new Uint8Array(64) }) }, "report-data"],
    ["replays", "sgx", { body: sgxReport({ reportData: TEST_REPORT_DATA.with(63, 0) }) }, "report-data"],
  ] as const)("refuses %s", (_, kind, parts, what) => {
    expect(judge(kind, parts)).toBe(`evidence/policy-${what}`);
  });

  test.each([
    ["another platform", dcapPolicy("sgx", { platforms: ["22".repeat(16)] }), "platform"],
    ["a later evaluation", dcapPolicy("sgx", { minimumEvaluationNumber: 18 }), "evaluation-number"],
    ["younger collateral", dcapPolicy("sgx", { maximumAge: 9 * 24 * 3600 * 1000 - 1 }), "age"],
    ["nothing at all", { reportData: TEST_REPORT_DATA }, "kind"],
    ["report data of zeros", dcapPolicy("sgx", {}, { reportData: new Uint8Array(64) }), "report-data"],
    ["no measurements", dcapPolicy("sgx", { measurements: [] }), "measurements"],
    [
      "a measurement that says nothing of the code",
      dcapPolicy("sgx", { measurements: [{ isvSvn: "0" }] }),
      "measurements",
    ],
    ["a measurement of zeros", dcapPolicy("sgx", { measurements: [{ mrEnclave: "00".repeat(32) }] }), "measurements"],
    ["no age that is a number", dcapPolicy("sgx", { maximumAge: Number.NaN }), "age"],
    ["no evaluation that is a number", dcapPolicy("sgx", { minimumEvaluationNumber: Number.NaN }), "evaluation-number"],
  ])("that asks for %s isn't satisfied", (_, policy, what) => {
    expect(judge("sgx", {}, { policy })).toBe(`evidence/policy-${what}`);
  });

  test("tells guests apart by firmware, kernel and root file system: an entry gives them all", () => {
    const quote = dcapQuote(platform, "tdx");
    const { measurements } = verifyEvidence({ kind: "tdx", quote }, dcapVerification(platform, "tdx"));
    const judgeBy = (...names: readonly string[]): string => {
      const entry = Object.fromEntries(Object.entries(measurements).filter(([name]) => names.includes(name)));
      return judge("tdx", {}, { policy: dcapPolicy("tdx", { measurements: [entry] }) });
    };
    const all = ["mrTd", "rtmr0", "rtmr1", "rtmr2"];
    expect(judgeBy(...all)).toBe("accepted");
    for (const left of all)
      expect([left, judgeBy(...all.filter((name) => name !== left))]).toEqual([left, "evidence/policy-measurements"]);
  });

  test("is asked only with Intel's collateral at hand", () => {
    const evidence = { kind: "sgx", quote: dcapQuote(platform, "sgx") } as const;
    const { policy, now, roots } = dcapVerification(platform, "sgx");
    const codes = (
      [{ kind: "none" }, { kind: "sev-snp", vcek: new Uint8Array(), chain: "", crl: new Uint8Array() }] as const
    ).map((collateral) => outcome(() => verifyEvidence(evidence, { policy, collateral, now, roots })));
    expect(codes).toEqual(["evidence/collateral-kind", "evidence/collateral-kind"]);
  });

  test("refuses a revoked platform even if it lists the status", () => {
    const collateral = dcapCollateral(platform, "sgx", {
      tcbInfo: tcbInfo("sgx", { tcbLevels: [tcbLevel("sgx", { status: "Revoked" })] }),
    });
    const policy = dcapPolicy("sgx", { statuses: ["UpToDate", "Revoked"] });
    expect(judge("sgx", {}, { collateral, policy })).toBe("evidence/policy-status");
  });

  test("refuses report data of zeros even if it asks for it", () => {
    const reportData = new Uint8Array(64);
    const policy = dcapPolicy("sgx", {}, { reportData });
    expect(judge("sgx", { body: sgxReport({ reportData }) }, { policy })).toBe("evidence/policy-report-data");
    const unbound = dcapPolicy("sgx", {}, { reportData: "any" });
    expect(judge("sgx", { body: sgxReport({ reportData }) }, { policy: unbound })).toBe("accepted");
  });

  test("admits no enclave measured as zeros even if it lists that", () => {
    const body = sgxReport({ mrEnclave: new Uint8Array(32) });
    const policy = dcapPolicy("sgx", { measurements: [{ mrEnclave: "00".repeat(32) }] });
    expect(judge("sgx", { body }, { policy })).toBe("evidence/policy-measurements");
  });

  test("lists the advisories that it takes", () => {
    const tcbLevels = [tcbLevel("sgx", { advisories: ["INTEL-SA-00001", "INTEL-SA-00002"] })];
    const collateral = dcapCollateral(platform, "sgx", { tcbInfo: tcbInfo("sgx", { tcbLevels }) });
    const judgeWith = (...advisories: readonly string[]): string =>
      judge("sgx", {}, { collateral, policy: dcapPolicy("sgx", { advisories }) });
    expect(judgeWith("INTEL-SA-00001", "INTEL-SA-00002")).toBe("accepted");
    expect(judgeWith("INTEL-SA-00001")).toBe("evidence/policy-advisories");
  });

  test("limits the age of each of the vendor's statements", async () => {
    const issueDate = "2026-05-31T00:00:00Z";
    const from = new Date(issueDate);
    const until = new Date("2026-07-01T00:00:00Z");
    const policy = dcapPolicy("sgx", { maximumAge: 9 * 24 * 3600 * 1000 });
    const genuine = dcapCollateral(platform, "sgx");
    const older = [
      genuine,
      dcapCollateral(platform, "sgx", { tcbInfo: tcbInfo("sgx", { issueDate }) }),
      dcapCollateral(platform, "sgx", { qeIdentity: qeIdentity("sgx", { issueDate }) }),
      { ...genuine, pckCrl: await issueCrl({ issuer: platform.pckCa, from, until }) },
    ];
    const codes = older.map((collateral) => judge("sgx", {}, { collateral, policy }));
    expect(codes).toEqual(["accepted", ...new Array<string>(3).fill("evidence/policy-age")]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -Number.MAX_VALUE])("refuses the clock %d", (now) => {
    expect(judge("sgx", {}, { now })).toBe("evidence/policy-clock");
  });

  test("takes nothing that isn't valid yet or no longer", () => {
    const times = [Date.parse("2026-06-01T00:00:00Z"), Date.parse("2026-07-01T00:00:00Z")] as const;
    const codes = [times[0] - 1, times[0], times[1], times[1] + 1].map((now) => judge("sgx", {}, { now }));
    expect(codes).toEqual(["evidence/revocation-stale", "accepted", "accepted", "evidence/revocation-stale"]);
  });
});
