import { concat, fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { type BridgeRules, policyOf } from "./bridge-policy.js";
import type { Collateral } from "./evidence.js";
import { readShownEvidence, type ShownEvidence } from "./shown-evidence.js";
import { createDcapPlatform, dcapCollateral, dcapQuote, TEST_PPID } from "./testing/dcap-platform.js";
import { sgxReport, tdReport } from "./testing/dcap-reports.js";
import { TEST_NOW } from "./testing/dcap-statements.js";
import { createSnpPlatform, TEST_MEASUREMENT, TEST_TCB, testChipId } from "./testing/snp-platform.js";
import { verifyEvidence } from "./verify-evidence.js";

const dcap = await createDcapPlatform();
const snp = await createSnpPlatform();
const roots = { ...dcap.roots, amd: snp.roots.amd };

const REPORT_DATA: Uint8Array = new Uint8Array(32).fill(7);
const FIELD = concat(REPORT_DATA, new Uint8Array(32));
const MONTH = 30n * 24n * 3_600_000n;
const YEARS = 3650n * 24n * 3_600_000n;
const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

const SGX = { tee: "sgx", value: filled(32, 0xe1) };
const TDX = { tee: "tdx", value: concat(...[0xd0, 0xd1, 0xd2, 0xd3, 0xd4].map((byte) => filled(48, byte))) };
const SNP = { tee: "sev-snp", value: TEST_MEASUREMENT };
const SIMULATED = { tee: "simulated", value: filled(32, 9) };

const DCAP = {
  platforms: [fromHex(TEST_PPID)],
  maximumAge: MONTH,
  maximumRootCrlAge: YEARS,
  statuses: ["UpToDate"],
  advisories: [],
  minimumEvaluationNumber: 17,
};
const SEV_SNP = {
  platforms: [testChipId("genoa")],
  maximumAge: YEARS,
  maximumRootCrlAge: YEARS,
  minimumTcb: { milan: undefined, genoa: { ...TEST_TCB, fmc: undefined }, turin: undefined },
};
const RULES: BridgeRules = { measurements: [SGX, TDX, SNP], attestation: { dcap: DCAP, sevSnp: SEV_SNP } };

const SHOWN: Readonly<Record<string, readonly [ShownEvidence, Collateral]>> = {
  sgx: [
    { tee: "sgx", bytes: dcapQuote(dcap, "sgx", { body: sgxReport({ reportData: FIELD }) }) },
    dcapCollateral(dcap, "sgx"),
  ],
  tdx: [
    { tee: "tdx", bytes: dcapQuote(dcap, "tdx", { body: tdReport({ reportData: FIELD }) }) },
    dcapCollateral(dcap, "tdx"),
  ],
  "sev-snp": [{ tee: "sev-snp", bytes: snp.report({ reportData: FIELD }) }, snp.collateral],
  simulated: [
    {
      tee: "simulated",
      bytes: utf8(JSON.stringify({ measurement: toHex(SIMULATED.value), reportData: toHex(FIELD) })),
    },
    { kind: "none" },
  ],
};
const GENUINE = ["sgx", "tdx", "sev-snp"];

const judge = (tee: string, rules: Partial<BridgeRules> = {}, reportData = REPORT_DATA): string => {
  const [shown, collateral] = SHOWN[tee] ?? [];
  if (shown === undefined || collateral === undefined) throw new Error(`no evidence of ${tee}`);
  const policy = policyOf({ ...RULES, ...rules }, reportData);
  return outcome(() => verifyEvidence(readShownEvidence(shown), { policy, collateral, now: TEST_NOW, roots }));
};
const asking = (change: Partial<BridgeRules["attestation"]>): Partial<BridgeRules> => ({
  attestation: { dcap: DCAP, sevSnp: SEV_SNP, ...change },
});

describe("a bridge's rules as a policy", () => {
  test.each(GENUINE)("admit %s with a measurement that is in force, and platforms as they should be", (tee) => {
    expect(judge(tee)).toBe("accepted");
  });

  test.each(GENUINE)("refuse %s whose measurement isn't in force any more", (tee) => {
    const retired = RULES.measurements.map((one) =>
      one.tee === tee ? { tee, value: one.value.map((b) => b ^ 1) } : one,
    );
    expect(judge(tee, { measurements: retired })).toBe("evidence/policy-measurements");
  });

  test("tell TDX guests apart by each register, RTMR3 too", () => {
    for (let register = 0; register < 5; register++) {
      const value = TDX.value.map((byte, i) => (i === 48 * register ? byte ^ 1 : byte));
      expect(judge("tdx", { measurements: [{ tee: "tdx", value }] })).toBe("evidence/policy-measurements");
    }
  });

  test.each(GENUINE)("refuse %s that speaks for something else", (tee) => {
    expect(judge(tee, {}, filled(32, 8))).toBe("evidence/policy-report-data");
  });

  test.each(GENUINE)("refuse %s where no measurement is of that kind", (tee) => {
    expect(judge(tee, { measurements: RULES.measurements.filter((one) => one.tee !== tee) })).toBe(
      "evidence/policy-measurements",
    );
  });

  test("refuse a vendor of which nothing is asked", () => {
    expect(judge("sgx", asking({ dcap: undefined }))).toBe("evidence/policy-kind");
    expect(judge("tdx", asking({ dcap: undefined }))).toBe("evidence/policy-kind");
    expect(judge("sev-snp", asking({ sevSnp: undefined }))).toBe("evidence/policy-kind");
  });

  test("ask Intel's platforms what the configuration asks", () => {
    expect(judge("sgx", asking({ dcap: { ...DCAP, platforms: [filled(16, 1)] } }))).toBe("evidence/policy-platform");
    expect(judge("sgx", asking({ dcap: { ...DCAP, platforms: "any" } }))).toBe("accepted");
    expect(judge("tdx", asking({ dcap: { ...DCAP, maximumAge: 1n } }))).toBe("evidence/policy-age");
    expect(judge("tdx", asking({ dcap: { ...DCAP, maximumRootCrlAge: 1n } }))).toBe("evidence/policy-age");
    expect(judge("sgx", asking({ dcap: { ...DCAP, statuses: ["SWHardeningNeeded"] } }))).toBe("evidence/policy-status");
    expect(judge("sgx", asking({ dcap: { ...DCAP, minimumEvaluationNumber: 18 } }))).toBe(
      "evidence/policy-evaluation-number",
    );
  });

  test("ask AMD's platforms what the configuration asks", () => {
    const higher = { ...SEV_SNP.minimumTcb, genoa: { ...TEST_TCB, snp: 24, fmc: undefined } };
    const turinOnly = { ...SEV_SNP.minimumTcb, genoa: undefined, turin: { ...TEST_TCB, fmc: 1 } };
    expect(judge("sev-snp", asking({ sevSnp: { ...SEV_SNP, minimumTcb: higher } }))).toBe("evidence/tcb-below-minimum");
    expect(judge("sev-snp", asking({ sevSnp: { ...SEV_SNP, minimumTcb: turinOnly } }))).toBe("evidence/policy-family");
    expect(judge("sev-snp", asking({ sevSnp: { ...SEV_SNP, platforms: [filled(64, 1)] } }))).toBe(
      "evidence/policy-platform",
    );
    expect(judge("sev-snp", asking({ sevSnp: { ...SEV_SNP, maximumAge: 0n } }))).toBe("evidence/policy-age");
    expect(judge("sev-snp", asking({ sevSnp: { ...SEV_SNP, maximumRootCrlAge: 0n } }))).toBe("evidence/policy-age");
  });

  test("admit simulated TEES only where their measurement is named", () => {
    expect(judge("simulated")).toBe("evidence/policy-kind");
    expect(judge("simulated", { measurements: [SIMULATED] })).toBe("accepted");
    expect(judge("simulated", { measurements: [{ ...SIMULATED, value: filled(32, 8) }] })).toBe(
      "evidence/policy-measurements",
    );
  });
});

describe("evidence as an enclave shows it", () => {
  const read = (tee: string, bytes: Uint8Array): string => outcome(() => readShownEvidence({ tee, bytes }));

  test("is of a kind that is known", () => {
    expect(read("sgx2", new Uint8Array())).toBe("evidence/format-tee");
  });

  test.each([
    ["no JSON", utf8("{")],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["no object", utf8("7")],
    ["no measurement", utf8(JSON.stringify({ reportData: toHex(FIELD) }))],
    ["short report data", utf8(JSON.stringify({ measurement: "00", reportData: "00" }))],
    ["a key twice", utf8(`{"measurement":"00","measurement":"01","reportData":"${toHex(FIELD)}"}`)],
    ["too much", utf8(JSON.stringify({ measurement: "00".repeat(5000), reportData: toHex(FIELD) }))],
  ])("is refused when it is simulated and has %s", (_, bytes) => {
    expect(read("simulated", bytes)).toBe("evidence/format-simulated");
  });

  test("that says it is of another kind is refused by that kind's form", () => {
    const [shown] = SHOWN.sgx ?? [];
    for (const tee of ["tdx", "sev-snp", "simulated"])
      expect(
        outcome(() =>
          verifyEvidence(readShownEvidence({ tee, bytes: shown?.bytes ?? new Uint8Array() }), {
            policy: policyOf({ ...RULES, measurements: [TDX, SNP] }, REPORT_DATA),
            collateral: tee === "sev-snp" ? snp.collateral : dcapCollateral(dcap, "tdx"),
            now: TEST_NOW,
            roots,
          }),
        ),
      ).toMatch(/^evidence\/format-/);
  });
});
