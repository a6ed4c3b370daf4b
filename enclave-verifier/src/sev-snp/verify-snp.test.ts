import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { SnpCollateral } from "../evidence.js";
import type { Policy, SnpPolicy, SnpTcb } from "../policy.js";
import { VENDOR_ROOTS } from "../roots.js";
import { issueCertificate, issueCrl, TEST_FROM, TEST_UNTIL, toPem } from "../testing/certificates.js";
import {
  createSnpPlatform,
  type ReportFields,
  type SnpPlatform,
  TEST_MEASUREMENT,
  TEST_REPORT_DATA,
  TEST_TCB,
  testChipId,
  vcekExtensions,
} from "../testing/snp-platform.js";
import { verifyEvidence } from "../verify-evidence.js";
import { SIGNED_LENGTH } from "./report.js";

const NOW = TEST_FROM.getTime() + 1000;
const ALLOWED = { measurement: toHex(TEST_MEASUREMENT) };
const POLICY: SnpPolicy = {
  measurements: [ALLOWED],
  platforms: "any",
  maximumAge: 60_000,
  maximumRootCrlAge: 60_000,
  minimumTcb: { genoa: TEST_TCB, turin: TEST_TCB },
};

interface Circumstances {
  readonly platform?: SnpPlatform;
  readonly policy?: Partial<SnpPolicy>;
  readonly reportData?: Policy["reportData"];
  readonly collateral?: Partial<SnpCollateral>;
  readonly now?: number;
}

let genuine: SnpPlatform;

beforeAll(async () => {
  genuine = await createSnpPlatform();
});

const verify = (report: Uint8Array, circumstances: Circumstances = {}) => {
  const { platform = genuine, policy, reportData = TEST_REPORT_DATA, collateral, now = NOW } = circumstances;
  return verifyEvidence(
    { kind: "sev-snp", report },
    {
      policy: { reportData, "sev-snp": { ...POLICY, ...policy } },
      collateral: { ...platform.collateral, ...collateral },
      now,
      roots: platform.roots,
    },
  );
};

const judge = (report: Uint8Array, circumstances: Circumstances = {}): string =>
  outcome(() => verify(report, circumstances));

const judgeBuilt = (fields: ReportFields, circumstances: Circumstances = {}): string =>
  judge((circumstances.platform ?? genuine).report(fields), circumstances);

const changedAt = (bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array => {
  const changed = new Uint8Array(bytes);
  changed[at] = change(changed[at] ?? 0);
  return changed;
};

describe("a report of SEV-SNP", () => {
  test("is accepted with its registers, report data, chip and the time in which it holds", () => {
    const result = verify(genuine.report());
    expect(result).toMatchObject({
      kind: "sev-snp",
      tcb: { status: "UpToDate", advisories: [] },
      platform: toHex(testChipId("genoa")),
      validity: { from: TEST_FROM.getTime(), until: TEST_UNTIL.getTime() },
    });
    expect(result.measurements).toMatchObject({ ...ALLOWED, vmpl: "0", policy: "196608" });
    expect(result.reportData).toEqual(TEST_REPORT_DATA);
  });

  test.each([2, 3, 4, 5])("of version %i is accepted", (version) => {
    expect(judgeBuilt({ version })).toBe("accepted");
  });

  test.each([0, 1, 6])("of version %i is refused", (version) => {
    expect(judgeBuilt({ version })).toBe("evidence/format-snp-report");
  });

  test("is left as it was, also in a Buffer", () => {
    const report = Buffer.from(genuine.report());
    const before = toHex(report);
    expect([judge(report), judge(report)]).toEqual(["accepted", "accepted"]);
    expect(toHex(report)).toBe(before);
  });

  test("is refused where the policy has nothing about SEV-SNP, or the collateral is another TEE's", () => {
    const verification = { policy: { reportData: TEST_REPORT_DATA }, collateral: genuine.collateral, now: NOW };
    const evidence = { kind: "sev-snp", report: genuine.report() } as const;
    expect(() => verifyEvidence(evidence, verification)).toThrowError(
      expect.objectContaining({ code: "evidence/policy-kind" }),
    );
    expect(() => verifyEvidence(evidence, { ...verification, collateral: { kind: "none" } })).toThrowError(
      expect.objectContaining({ code: "evidence/collateral-kind" }),
    );
  });

  test("of a guest that can be debugged or migrated, or has a policy of unknown bits, is refused", () => {
    expect(judgeBuilt({ policy: 0x30000n | (1n << 19n) })).toBe("evidence/policy-debug");
    expect(judgeBuilt({ policy: 0x30000n | (1n << 18n) })).toBe("evidence/policy-migration");
    expect(judgeBuilt({ policy: 0x10000n })).toBe("evidence/format-snp-policy");
    expect(judgeBuilt({ policy: 0x30000n | (1n << 26n) })).toBe("evidence/format-snp-policy");
    expect(judgeBuilt({ policy: 0x30000n | (1n << 63n) })).toBe("evidence/format-snp-policy");
  });

  test("of other code, for other report data or from another machine is refused", () => {
    expect(judgeBuilt({ measurement: new Uint8Array(48).fill(1) })).toBe("evidence/policy-measurements");
    expect(judgeBuilt({ reportData: new Uint8Array(64) })).toBe("evidence/policy-report-data");
    expect(judgeBuilt({}, { reportData: new Uint8Array(64) })).toBe("evidence/policy-report-data");
    expect(judgeBuilt({}, { policy: { platforms: ["00".repeat(64)] } })).toBe("evidence/policy-platform");
    expect(judgeBuilt({}, { policy: { platforms: [toHex(testChipId("genoa"))] } })).toBe("accepted");
  });

  test("that software of lower privilege asked for is refused unless the allowed measurement says so", () => {
    expect(judgeBuilt({ vmpl: 1 })).toBe("evidence/policy-measurements");
    expect(judgeBuilt({ vmpl: 1 }, { policy: { measurements: [{ ...ALLOWED, vmpl: "1" }] } })).toBe("accepted");
  });

  test("that the host asked for, or that another key than the VCEK signed, is refused", () => {
    expect(judgeBuilt({ vmpl: 0xffffffff })).toBe("evidence/format-snp-vmpl");
    expect(judgeBuilt({ signerInfo: 1 << 2 })).toBe("evidence/format-snp-signer");
    expect(judgeBuilt({ signerInfo: 1 << 1 })).toBe("evidence/format-snp-signer");
    expect(judgeBuilt({ signerInfo: 1 << 5 })).toBe("evidence/format-snp-signer");
    expect(judgeBuilt({ signerInfo: 1 })).toBe("accepted");
    expect(judgeBuilt({ signatureAlgorithm: 2 })).toBe("evidence/signature-algorithm");
  });

  test("is refused before and after its certificates' time, when the VCEK is too old, and by a broken clock", () => {
    expect(judgeBuilt({}, { now: TEST_FROM.getTime() - 1 })).toBe("evidence/chain-validity");
    expect(judgeBuilt({}, { now: TEST_UNTIL.getTime() + 1 })).toBe("evidence/chain-validity");
    expect(judgeBuilt({}, { now: TEST_FROM.getTime() + 60_001 })).toBe("evidence/policy-age");
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(judgeBuilt({}, { now })).toBe("evidence/policy-clock");
  });

  test("is refused when it is too short, too long, a megabyte or empty", () => {
    const report = genuine.report();
    for (const bytes of [
      report.subarray(1),
      concat(report, new Uint8Array(1)),
      new Uint8Array(1024 * 1024),
      new Uint8Array(),
    ])
      expect(judge(bytes)).toBe("evidence/format-snp-report");
  });

  test("is refused with any bit of it turned", () => {
    const report = genuine.report();
    fc.assert(
      fc.property(fc.nat(report.length - 1), fc.nat(7), (at, bit) => {
        expect(judge(changedAt(report, at, (byte) => byte ^ (1 << bit)))).toMatch(
          /^evidence\/(?:format|chain|binding|signature)-/,
        );
      }),
      { numRuns: 300 },
    );
  });

  test("is refused with a signature of zeros, with r or s as large as the order, or too long for the curve", () => {
    const report = genuine.report();
    const order = fromHex(
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ).toReversed();
    for (const [at, bytes] of [
      [SIGNED_LENGTH, new Uint8Array(144)],
      [SIGNED_LENGTH, order],
      [SIGNED_LENGTH + 72, order],
      [SIGNED_LENGTH + 48, Uint8Array.of(1)],
      [SIGNED_LENGTH + 143, Uint8Array.of(1)],
    ] as const) {
      const changed = new Uint8Array(report);
      changed.set(bytes, at);
      expect(judge(changed)).toBe("evidence/signature-report");
    }
  });
});

describe("the TCB of a report", () => {
  const lower: Readonly<Record<string, SnpTcb>> = {
    bootloader: { ...TEST_TCB, bootloader: 8 },
    tee: { ...TEST_TCB, tee: 0 },
    snp: { ...TEST_TCB, snp: 22 },
    microcode: { ...TEST_TCB, microcode: 71 },
  };

  test.each(Object.entries(lower))("is refused below the minimum in %s alone", async (_, tcb) => {
    const platform = await createSnpPlatform({ tcb });
    expect(judgeBuilt({}, { platform })).toBe("evidence/tcb-below-minimum");
    expect(judgeBuilt({}, { platform, policy: { minimumTcb: { genoa: tcb } } })).toBe("accepted");
  });

  test("is refused if the guest was launched under less, even if the platform was updated since", () => {
    const launchTcb = { ...TEST_TCB, microcode: 1 };
    expect(judgeBuilt({ launchTcb })).toBe("evidence/tcb-below-minimum");
  });

  test("is refused unless the VCEK is of it", () => {
    expect(judgeBuilt({ tcb: { ...TEST_TCB, microcode: 73 } })).toBe("evidence/binding-vcek-tcb");
  });

  test("is refused with bytes that its family reserves", () => {
    const turin: SnpTcb = { ...TEST_TCB, fmc: 1 };
    const report = genuine.report({ tcb: turin });
    expect(judge(changedAt(report, 0x182, () => 1))).toBe("evidence/format-snp-tcb");
  });

  test("is read in Turin's order on Turin", async () => {
    const tcb: SnpTcb = { fmc: 2, bootloader: 9, tee: 3, snp: 24, microcode: 200 };
    const platform = await createSnpPlatform({ family: "turin", tcb });
    const minimum = (floor: SnpTcb): Circumstances => ({ platform, policy: { minimumTcb: { turin: floor } } });
    expect(judgeBuilt({}, minimum(tcb))).toBe("accepted");
    for (const part of ["fmc", "bootloader", "tee", "snp", "microcode"] as const)
      expect(judgeBuilt({}, minimum({ ...tcb, [part]: (tcb[part] ?? 0) + 1 }))).toBe("evidence/tcb-below-minimum");
  });
});

describe("the family of a report's processor", () => {
  test("is refused without a minimum TCB in the policy, as Milan is by default", async () => {
    const platform = await createSnpPlatform({ family: "milan" });
    expect(judgeBuilt({}, { platform })).toBe("evidence/policy-family");
    expect(judgeBuilt({}, { platform, policy: { minimumTcb: { milan: TEST_TCB } } })).toBe("accepted");
  });

  test.each<[string, readonly [number, number]]>([
    ["Milan", [0x19, 0x01]],
    ["Turin", [0x1a, 0x02]],
    ["none that is known", [0x17, 0x11]],
    ["none that is known, by its model", [0x19, 0x20]],
  ])("is refused if the chain is Genoa's and the processor's family is %s", (_, cpu) => {
    expect(judgeBuilt({ cpu })).toBe("evidence/binding-family");
  });

  test("may be Bergamo's or Siena's under Genoa's chain", () => {
    expect(judgeBuilt({ cpu: [0x19, 0xa0] })).toBe("accepted");
  });

  test("is refused if ASK and ARK are of different families", async () => {
    const platform = await createSnpPlatform({ askCertificate: { subject: "CN=SEV-Turin" } });
    expect(judgeBuilt({}, { platform })).toBe("evidence/chain-role");
  });
});

describe("the chip of a report", () => {
  test("is refused unless the VCEK is for it", () => {
    expect(judgeBuilt({ chipId: new Uint8Array(64).fill(0xc2) })).toBe("evidence/binding-chip-id");
    expect(judgeBuilt({ chipId: new Uint8Array(64) })).toBe("evidence/binding-chip-id");
  });

  test("has 8 bytes on Turin, and nothing after them", async () => {
    const platform = await createSnpPlatform({ family: "turin" });
    expect(judgeBuilt({}, { platform })).toBe("accepted");
    expect(judgeBuilt({ chipId: new Uint8Array(64).fill(0xc1) }, { platform })).toBe("evidence/binding-chip-id");
  });
});

describe("the certificates of a chip", () => {
  test("are refused under a look-alike of the pinned root", () => {
    const platform = { ...genuine, roots: VENDOR_ROOTS };
    expect(judgeBuilt({}, { platform })).toBe("evidence/chain-root");
  });

  test("are refused in another order, without one, doubled or as something else than PEM", () => {
    const { ark, ask } = genuine;
    expect(judgeBuilt({}, { collateral: { chain: toPem(ark, ask) } })).toBe("evidence/chain-role");
    expect(judgeBuilt({}, { collateral: { chain: toPem(ark) } })).toBe("evidence/chain-length");
    expect(judgeBuilt({}, { collateral: { chain: toPem(ask, ark, ark) } })).toBe("evidence/chain-length");
    expect(judgeBuilt({}, { collateral: { chain: "" } })).toBe("evidence/chain-length");
    expect(judgeBuilt({}, { collateral: { chain: "garbage" } })).toBe("evidence/chain-malformed");
    expect(judgeBuilt({}, { collateral: { chain: "A".repeat(1024 * 1024) } })).toBe("evidence/chain-malformed");
    expect(judgeBuilt({}, { collateral: { vcek: Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff) } })).toBe(
      "evidence/chain-malformed",
    );
  });

  test("are refused where another key than the issuer's signed", async () => {
    const other = await createSnpPlatform();
    expect(judgeBuilt({}, { collateral: { vcek: other.vcek.der } })).toBe("evidence/chain-signature");
    expect(judgeBuilt({}, { collateral: { chain: toPem(other.ask, genuine.ark) } })).toBe("evidence/chain-signature");
  });

  test("are refused where a VCEK issues another", async () => {
    const { ark, ask, vcek } = genuine;
    const forged = await issueCertificate({
      subject: "CN=SEV-VCEK",
      kind: "P-384",
      issuer: vcek,
      extensions: vcekExtensions(TEST_TCB, testChipId("genoa"), "genoa"),
    });
    expect(judgeBuilt({}, { collateral: { vcek: forged.der, chain: toPem(ask, ark) } })).toBe("evidence/chain-names");
    expect(judgeBuilt({}, { collateral: { vcek: forged.der, chain: toPem(vcek, ark) } })).toBe("evidence/chain-role");
  });

  test("are refused for a VLEK, for a VCEK of another curve, and with an extension twice or none", async () => {
    const extensions = vcekExtensions(TEST_TCB, testChipId("genoa"), "genoa");
    const withVcek = async (vcekCertificate: Parameters<typeof createSnpPlatform>[0]) => {
      const platform = await createSnpPlatform(vcekCertificate);
      return judge(genuine.report(), { platform });
    };
    expect(await withVcek({ vcekCertificate: { subject: "CN=SEV-VLEK" } })).toBe("evidence/chain-role");
    expect(await withVcek({ vcekCertificate: { kind: "P-256" } })).toBe("evidence/chain-role");
    expect(await withVcek({ vcekCertificate: { extensions: [...extensions, ...extensions.slice(0, 1)] } })).toBe(
      "evidence/chain-malformed",
    );
    expect(await withVcek({ vcekCertificate: { extensions: extensions.slice(1) } })).toBe("evidence/binding-vcek-tcb");
    expect(await withVcek({ vcekCertificate: { extensions: extensions.slice(0, -1) } })).toBe(
      "evidence/binding-chip-id",
    );
    expect(await withVcek({ askCertificate: { ca: false } })).toBe("evidence/chain-not-a-ca");
  });

  test("are refused with any bit of them turned", () => {
    const report = genuine.report();
    const { vcek } = genuine;
    fc.assert(
      fc.property(fc.nat(vcek.der.length - 1), fc.nat(7), (at, bit) => {
        const changed = changedAt(vcek.der, at, (byte) => byte ^ (1 << bit));
        expect(judge(report, { collateral: { vcek: changed } })).toMatch(/^evidence\/(?:chain|binding)-/);
      }),
      { numRuns: 300 },
    );
  });

  test("are held against a list of revoked ones", async () => {
    const { ark, ask } = genuine;
    const under = async (crl: Parameters<typeof issueCrl>[0]) =>
      judgeBuilt({}, { collateral: { crl: await issueCrl(crl) } });
    expect(await under({ issuer: ark })).toBe("accepted");
    expect(await under({ issuer: ark, revoked: ["a5"] })).toBe("evidence/revocation-revoked");
    expect(await under({ issuer: ark, until: TEST_FROM })).toBe("evidence/revocation-stale");
    expect(await under({ issuer: ask })).toBe("evidence/revocation-issuer");
    expect(await under({ issuer: { ...ark, keys: ask.keys } })).toBe("evidence/revocation-signature");
    expect(judgeBuilt({}, { collateral: { crl: new Uint8Array() } })).toBe("evidence/revocation-malformed");
  });
});
