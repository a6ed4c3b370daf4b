import { fromHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import type { Tcb } from "../result.js";
import { TCB_STATUSES } from "../result.js";
import {
  createDcapPlatform,
  type DcapKind,
  dcapCollateral,
  dcapPolicy,
  dcapQuote,
  dcapVerification,
  type Statements,
} from "../testing/dcap-platform.js";
import { testQeReport } from "../testing/dcap-quote.js";
import { type TdReportFields, tdReport } from "../testing/dcap-reports.js";
import {
  moduleIdentity,
  QE_ISV_SVN,
  qeIdentity,
  TEST_COMPONENTS,
  TEST_PCE_SVN,
  tcbInfo,
  tcbLevel,
} from "../testing/dcap-statements.js";
import { verifyEvidence } from "../verify-evidence.js";

const platform = await createDcapPlatform();

/** Verifies under a policy that takes any status. */
const assess = (
  kind: DcapKind,
  statements: Statements,
  parts: Parameters<typeof dcapQuote>[2] = {},
): Tcb | undefined => {
  const policy = dcapPolicy(kind, { statuses: TCB_STATUSES, advisories: "any" });
  const collateral = dcapCollateral(platform, kind, statements);
  const evidence = { kind, quote: dcapQuote(platform, kind, parts) };
  return verifyEvidence(evidence, dcapVerification(platform, kind, { policy, collateral })).tcb;
};

const levels = (kind: DcapKind, ...tcbLevels: readonly object[]): Statements => ({
  tcbInfo: tcbInfo(kind, { tcbLevels }),
});
const status = (...args: Parameters<typeof assess>): string | undefined => assess(...args)?.status;
const below = TEST_COMPONENTS.map((svn) => Math.max(0, svn - 1));
const above = (at: number): readonly number[] => TEST_COMPONENTS.map((svn, i) => (i === at ? svn + 1 : svn));

describe("a platform's level", () => {
  test("is the first that it reaches in all components and in its PCE", () => {
    const lower = tcbLevel("sgx", { sgx: below, status: "OutOfDate" });
    expect(status("sgx", levels("sgx", tcbLevel("sgx"), lower))).toBe("UpToDate");
    for (let i = 0; i < 16; i++)
      expect(status("sgx", levels("sgx", tcbLevel("sgx", { sgx: above(i) }), lower))).toBe("OutOfDate");
    expect(status("sgx", levels("sgx", tcbLevel("sgx", { pceSvn: TEST_PCE_SVN + 1 }), lower))).toBe("OutOfDate");
  });

  test("doesn't exist below all that are listed", () => {
    expect(outcome(() => assess("sgx", levels("sgx", tcbLevel("sgx", { sgx: above(3) }))))).toBe("evidence/tcb-level");
    expect(outcome(() => assess("sgx", levels("sgx")))).toBe("evidence/tcb-level");
  });

  test("names the advisories, each once, with the quoting enclave's", () => {
    const hardening = levels("sgx", tcbLevel("sgx", { status: "SWHardeningNeeded", advisories: ["B", "A", "B"] }));
    const expected = { status: "SWHardeningNeeded", evaluationNumber: 17 };
    expect(assess("sgx", hardening)).toEqual({ ...expected, advisories: ["A", "B"] });
    const level = { tcb: { isvsvn: QE_ISV_SVN }, tcbStatus: "UpToDate", advisoryIDs: ["C", "A"] };
    const identity = { qeIdentity: qeIdentity("sgx", { tcbLevels: [level] }) };
    expect(assess("sgx", { ...hardening, ...identity })).toEqual({ ...expected, advisories: ["A", "B", "C"] });
  });
});

describe("a quoting enclave out of date", () => {
  test.each([
    ["UpToDate", "OutOfDate"],
    ["SWHardeningNeeded", "OutOfDate"],
    ["ConfigurationNeeded", "OutOfDateConfigurationNeeded"],
    ["ConfigurationAndSWHardeningNeeded", "OutOfDateConfigurationNeeded"],
    ["OutOfDate", "OutOfDate"],
    ["OutOfDateConfigurationNeeded", "OutOfDateConfigurationNeeded"],
    ["Revoked", "Revoked"],
  ])("turns %s into %s", (from, to) => {
    // Revoked is refused by any policy, so its code tells.
    const qeReport = testQeReport("sgx", { isvSvn: 6 });
    const run = () => assess("sgx", levels("sgx", tcbLevel("sgx", { status: from })), { qeReport });
    if (to === "Revoked") expect(outcome(run)).toBe("evidence/policy-status");
    else expect(run()?.status).toBe(to);
  });
});

describe("a TDX guest's level", () => {
  const guest = (teeTcbSvn: string, fields: TdReportFields = {}) => ({
    body: tdReport({ teeTcbSvn: fromHex(teeTcbSvn.padEnd(32, "0")), ...fields }),
  });
  const needing = (...tdx: readonly number[]): object =>
    tcbLevel("tdx", { tdx: [...tdx, ...new Array<number>(16 - tdx.length).fill(0)] });

  test("skips the module's two numbers when the module has a version", () => {
    expect(status("tdx", levels("tdx", needing(9, 9, 2)), guest("050102"))).toBe("UpToDate");
    expect(outcome(() => assess("tdx", levels("tdx", needing(5, 0, 3)), guest("050102")))).toBe("evidence/tcb-level");
  });

  test("compares them when it has none", () => {
    expect(status("tdx", levels("tdx", needing(5, 0, 2)), guest("050002"))).toBe("UpToDate");
    expect(outcome(() => assess("tdx", levels("tdx", needing(6, 0, 2)), guest("050002")))).toBe("evidence/tcb-level");
  });

  test("takes in how up to date the module is", () => {
    expect(status("tdx", {}, guest("040102"))).toBe("OutOfDate");
    expect(outcome(() => assess("tdx", {}, guest("020102")))).toBe("evidence/tcb-module-level");
  });

  test("needs a module that Intel knows and signed, without attributes", () => {
    expect(outcome(() => assess("tdx", {}, guest("050302")))).toBe("evidence/tcb-module-identity");
    const signer = guest("050102", { mrSignerSeam: new Uint8Array(48).fill(1) });
    expect(outcome(() => assess("tdx", {}, signer))).toBe("evidence/tcb-module-signer");
    const attributes = guest("050102", { seamAttributes: new Uint8Array(8).fill(1) });
    expect(outcome(() => assess("tdx", {}, attributes))).toBe("evidence/tcb-module-attributes");
    const unversioned = guest("050002", { mrSignerSeam: new Uint8Array(48).fill(1) });
    expect(outcome(() => assess("tdx", {}, unversioned))).toBe("evidence/tcb-module-signer");
  });

  test("needs the attributes that Intel states, and none whatever it states", () => {
    const stating = (fields: object): Statements => ({
      tcbInfo: tcbInfo("tdx", { tdxModuleIdentities: [moduleIdentity("TDX_01", [[5, "UpToDate"]], fields)] }),
    });
    const wanted = stating({ attributes: "01".repeat(8) });
    expect(outcome(() => assess("tdx", wanted, guest("050102")))).toBe("evidence/tcb-module-attributes");
    const unmasked = stating({ attributesMask: "00".repeat(8) });
    expect(status("tdx", unmasked, guest("050102"))).toBe("UpToDate");
    const attributes = guest("050102", { seamAttributes: new Uint8Array(8).fill(1) });
    expect(outcome(() => assess("tdx", unmasked, attributes))).toBe("evidence/tcb-module-attributes");
  });

  test("writes the module's version as two capital hex digits", () => {
    const tdxModuleIdentities = [moduleIdentity("TDX_0A", [[5, "UpToDate"]])];
    expect(status("tdx", { tcbInfo: tcbInfo("tdx", { tdxModuleIdentities }) }, guest("050a02"))).toBe("UpToDate");
  });

  test("advises a relaunch if only what it was launched under is out of date", () => {
    const updated = { teeTcbSvn2: fromHex("05010200000000000000000000000000") };
    const current = { version: 5 as const, ...guest("040102", updated) };
    expect(status("tdx", {}, current)).toBe("TDRelaunchAdvised");
    const configuration = levels("tdx", tcbLevel("tdx", { status: "ConfigurationNeeded" }));
    expect(status("tdx", configuration, current)).toBe("TDRelaunchAdvisedConfigurationNeeded");
    const outdated = { teeTcbSvn2: fromHex("04010200000000000000000000000000") };
    expect(status("tdx", {}, { version: 5, ...guest("040102", outdated) })).toBe("OutOfDate");
  });
});
