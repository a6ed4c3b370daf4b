import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import type { DcapCollateral } from "../evidence.js";
import {
  createDcapPlatform,
  type DcapKind,
  dcapCollateral,
  dcapQuote,
  dcapVerification,
  type Statements,
} from "../testing/dcap-platform.js";
import { qeIdentity, TEST_COMPONENTS, tcbInfo, tcbLevel } from "../testing/dcap-statements.js";
import { verifyEvidence } from "../verify-evidence.js";

const platform = await createDcapPlatform();

const judge = (kind: DcapKind, changes: Partial<DcapCollateral>): string => {
  const collateral = { ...dcapCollateral(platform, kind), ...changes };
  const evidence = { kind, quote: dcapQuote(platform, kind) };
  return outcome(() => verifyEvidence(evidence, dcapVerification(platform, kind, { collateral })));
};
const signed = (kind: DcapKind, statements: Statements): string =>
  judge(kind, dcapCollateral(platform, kind, statements));

describe("signatures of statements", () => {
  test("are over the very bytes, not over what they mean", () => {
    const { tcbInfo: text } = dcapCollateral(platform, "sgx");
    expect(judge("sgx", { tcbInfo: `${text} ` })).toBe("evidence/collateral-signature");
    expect(judge("sgx", { tcbInfo: text.replace('"tcbType":0', '"tcbType":0.0') })).toBe(
      "evidence/collateral-signature",
    );
    expect(signed("sgx", { tcbInfo: JSON.stringify(tcbInfo("sgx"), null, 2) })).toBe("accepted");
  });

  test.each([new Uint8Array(), new Uint8Array(64), new Uint8Array(65).fill(1)])("aren't %o", (signature) => {
    expect(judge("sgx", { tcbInfoSignature: signature })).toBe("evidence/collateral-signature");
    expect(judge("sgx", { qeIdentitySignature: signature })).toBe("evidence/collateral-signature");
  });
});

describe("statements about something else", () => {
  test("are refused when SGX's and TDX's are swapped", () => {
    expect(signed("sgx", { tcbInfo: tcbInfo("tdx") })).toBe("evidence/collateral-id");
    expect(signed("tdx", { tcbInfo: tcbInfo("sgx") })).toBe("evidence/collateral-id");
    expect(signed("sgx", { qeIdentity: qeIdentity("tdx") })).toBe("evidence/collateral-id");
    expect(signed("tdx", { qeIdentity: qeIdentity("sgx") })).toBe("evidence/collateral-id");
  });

  test.each([
    ["another kind of platform", { fmspc: "00606A000001" }, "evidence/binding-platform"],
    ["another PCE", { pceId: "0001" }, "evidence/binding-platform"],
    ["an older format", { version: 2 }, "evidence/collateral-version"],
    ["another type of TCB", { tcbType: 1 }, "evidence/collateral-malformed"],
    ["times past", { nextUpdate: "2026-06-09T00:00:00Z" }, "evidence/collateral-stale"],
    ["times to come", { issueDate: "2026-06-11T00:00:00Z" }, "evidence/collateral-stale"],
    ["no time", { nextUpdate: "never" }, "evidence/collateral-malformed"],
    ["an earlier evaluation", { tcbEvaluationDataNumber: 16 }, "evidence/policy-evaluation-number"],
  ])("are refused: %s", (_, fields, code) => {
    expect(signed("sgx", { tcbInfo: tcbInfo("sgx", fields) })).toBe(code);
  });

  test.each([
    ["an older format", { version: 1 }, "evidence/collateral-version"],
    ["times past", { nextUpdate: "2026-06-09T00:00:00Z" }, "evidence/collateral-stale"],
    ["an earlier evaluation", { tcbEvaluationDataNumber: 16 }, "evidence/policy-evaluation-number"],
    ["no levels", { tcbLevels: [] }, "evidence/tcb-qe-level"],
  ])("are refused as QE identity: %s", (_, fields, code) => {
    expect(signed("sgx", { qeIdentity: qeIdentity("sgx", fields) })).toBe(code);
  });
});

describe("statements that can be read in two ways or not at all", () => {
  const text = JSON.stringify(tcbInfo("sgx"));
  test.each([
    ["a key twice", text.replace("{", '{"tcbType":0,')],
    ["a key twice, once escaped", text.replace("{", '{"tcb\\u0054ype":0,')],
    ["a key twice deep inside", text.replace('{"svn":11}', '{"svn":99,"svn":11}')],
    ["no JSON", "{"],
    ["no object", "[]"],
    ["a number beyond a component's", text.replace('{"svn":11}', '{"svn":256}')],
    ["a number that isn't whole", text.replace('{"svn":11}', '{"svn":0.5}')],
    ["an unknown status", text.replace('"OutOfDate"', '"Fine"')],
    ["more depth than anybody needs", text.replace('{"svn":11}', `${"[".repeat(99)}${"]".repeat(99)}`)],
  ])("%s", (_, statement) => {
    expect(statement).not.toBe(text);
    expect(signed("sgx", { tcbInfo: statement })).toBe("evidence/collateral-malformed");
  });

  test("a component too few or too many", () => {
    for (const sgx of [TEST_COMPONENTS.slice(1), [...TEST_COMPONENTS, 0]])
      expect(signed("sgx", { tcbInfo: tcbInfo("sgx", { tcbLevels: [tcbLevel("sgx", { sgx })] }) })).toBe(
        "evidence/collateral-malformed",
      );
    const tdx = new Array<number>(15).fill(0);
    expect(signed("tdx", { tcbInfo: tcbInfo("tdx", { tcbLevels: [tcbLevel("tdx", { tdx })] }) })).toBe(
      "evidence/collateral-malformed",
    );
  });

  test("levels that don't descend", () => {
    const lower = tcbLevel("sgx", { sgx: TEST_COMPONENTS.map(() => 0), status: "OutOfDate" });
    expect(signed("sgx", { tcbInfo: tcbInfo("sgx", { tcbLevels: [lower, tcbLevel("sgx")] }) })).toBe(
      "evidence/collateral-malformed",
    );
    const level = (isvsvn: number): object => ({ tcb: { isvsvn }, tcbStatus: "UpToDate" });
    expect(signed("sgx", { qeIdentity: qeIdentity("sgx", { tcbLevels: [level(6), level(8)] }) })).toBe(
      "evidence/collateral-malformed",
    );
  });

  test("a text of a megabyte", () => {
    expect(signed("sgx", { tcbInfo: text + " ".repeat(1 << 20) })).toBe("evidence/collateral-malformed");
  });
});
