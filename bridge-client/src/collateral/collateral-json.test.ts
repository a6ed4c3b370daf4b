import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { createDcapPlatform, dcapCollateral } from "@pdiem/enclave-verifier/testing/dcap-platform";
import { createSnpPlatform } from "@pdiem/enclave-verifier/testing/snp-platform";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { formatCollateral, parseCollateral } from "./collateral-json.js";

const DCAP: Collateral = {
  kind: "dcap",
  rootCaCrl: Uint8Array.of(1),
  pckCrl: Uint8Array.of(2, 3),
  tcbInfoIssuerChain: "-----BEGIN",
  tcbInfo: '{"version":3}',
  tcbInfoSignature: new Uint8Array(64),
  qeIdentityIssuerChain: "-----END",
  qeIdentity: "{}",
  qeIdentitySignature: new Uint8Array(64).fill(1),
};
const SNP: Collateral = { kind: "sev-snp", vcek: Uint8Array.of(4), chain: "pem", crl: Uint8Array.of(5) };

const codeOf = (value: unknown): string => outcome(() => parseCollateral(value));

describe("collateral as JSON", () => {
  test.each([DCAP, SNP, { kind: "none" } as const])("is the same after a round through text (%#)", (collateral) => {
    expect(parseCollateral(JSON.parse(JSON.stringify(formatCollateral(collateral))))).toEqual(collateral);
  });

  test.each([
    ["decode/json-field", null],
    ["decode/json-field", []],
    ["decode/json-field", {}],
    ["decode/collateral", { kind: "tpm" }],
    ["decode/collateral", { kind: "none", vcek: "0x00" }],
    ["decode/collateral", { ...formatCollateral(DCAP), more: "" }],
    ["decode/collateral", { ...formatCollateral(SNP), chain: "x".repeat(1024 * 1024 + 1) }],
    ["decode/collateral", { ...formatCollateral(SNP), vcek: `0x${"00".repeat(2 * 1024 * 1024 + 1)}` }],
    ["decode/json-field", { ...formatCollateral(SNP), crl: 7 }],
    ["decode/hex", { ...formatCollateral(SNP), crl: "0x0" }],
    [
      "decode/json-field",
      Object.fromEntries(Object.entries(formatCollateral(DCAP)).filter(([name]) => name !== "pckCrl")),
    ],
  ])("is refused with %s otherwise (%#)", (code, value) => {
    expect(codeOf(value)).toBe(code);
  });
});

describe.each<[vendor: string, whole: Collateral]>([
  ["Intel", dcapCollateral(await createDcapPlatform(), "tdx")],
  ["AMD", (await createSnpPlatform()).collateral],
])("PROTOCOL 7: collateral of %s", (_, whole) => {
  test("is read whole", () => {
    expect(parseCollateral(JSON.parse(JSON.stringify(formatCollateral(whole))))).toEqual(whole);
  });

  test.each(Object.keys(whole).filter((name) => name !== "kind"))("isn't read without its %s", (left) => {
    const { [left]: _, ...rest } = formatCollateral(whole);
    expect(codeOf(rest)).toBe("decode/json-field");
  });
});
