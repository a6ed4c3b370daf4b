import { p256 } from "@noble/curves/nist.js";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { verifyEcdsa } from "../crypto/ecdsa.js";
import type { DcapCollateral } from "../evidence.js";
import type { DcapPolicy, Policy } from "../policy.js";
import { issueCertificate, issueCrl } from "../testing/certificates.js";
import { createDcapPlatform, dcapCollateral, dcapPolicy, intelName } from "../testing/dcap-platform.js";
import { type SharedQuote, sharedQuotes } from "../testing/shared-evidence.js";
import { verifyEvidence } from "../verify-evidence.js";
import { parseQuote } from "./quote.js";

const quotes = sharedQuotes();
const STATUSES = ["UpToDate", "ConfigurationAndSWHardeningNeeded"] as const;

interface Changes {
  readonly quote?: Uint8Array;
  readonly collateral?: Partial<DcapCollateral>;
  readonly tee?: Partial<DcapPolicy>;
  readonly policy?: Partial<Policy>;
  readonly now?: number;
}

/** What is said of a real quote under a policy that admits it, with something changed. */
const judge = (
  real: SharedQuote,
  { quote = real.quote, collateral, tee, policy, now = real.now }: Changes = {},
): string => {
  const { kind, measurements } = real;
  const { mrEnclave = "", mrTd = "", rtmr0 = "", rtmr1 = "", rtmr2 = "", reportData = "" } = measurements;
  const allowed = kind === "sgx" ? { mrEnclave } : { mrTd, rtmr0, rtmr1, rtmr2 };
  const teePolicy: Partial<DcapPolicy> = {
    statuses: STATUSES,
    advisories: "any",
    platforms: "any",
    measurements: [allowed],
    minimumEvaluationNumber: 16,
    ...tee,
  };
  return outcome(() =>
    verifyEvidence(
      { kind, quote },
      {
        policy: dcapPolicy(kind, teePolicy, { reportData: fromHex(reportData), ...policy }),
        collateral: { ...real.collateral, ...collateral },
        now,
      },
    ),
  );
};

const find = (file: string, index = 0): SharedQuote => {
  const found = quotes?.filter((one) => one.file.includes(file))[index];
  if (found === undefined) throw new Error(`expected ${file} among the shared quotes`);
  return found;
};

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);
const replaced = (bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array =>
  concat(bytes.subarray(0, at), part, bytes.subarray(at + part.length));

describe.skipIf(quotes === undefined)("real evidence (skipped without the shared folder)", () => {
  describe.each(["sgx-v3-phala", "tdx-v4-phala", "tdx-v5-google"])("%s", (file) => {
    const real = quotes && find(file);
    if (real === undefined) return;
    const { signed, signature } = parseQuote(real.quote);
    const end = signed.length + 4;
    const at = (part: Uint8Array): number => part.byteOffset - real.quote.byteOffset;

    test("is genuine, also with a megabyte behind it", () => {
      expect(judge(real)).toBe("accepted");
      expect(judge(real, { quote: concat(real.quote, new Uint8Array(1 << 20)) })).toBe("accepted");
    });

    test("is refused with a bit flipped in any of its regions", () => {
      const { pckChain: _, ...regions } = signature;
      const codes = Object.entries(regions).map(([name, part]) => [
        name,
        judge(real, { quote: flipped(real.quote, at(part) + part.length - 1) }),
      ]);
      expect(Object.fromEntries(codes)).toEqual({
        signature: "evidence/signature-quote",
        attestationKey: "evidence/binding-attestation-key",
        qeReport: "evidence/binding-qe-report-signature",
        qeReportSignature: "evidence/binding-qe-report-signature",
        qeAuthData: "evidence/binding-attestation-key",
      });
      for (let i = 28; i < signed.length; i += 16)
        expect(judge(real, { quote: flipped(real.quote, i) })).toMatch(/^evidence\/(signature|format)-quote$/);
    });

    test("is refused with a signature of zeros, or with r or s at the order", () => {
      const order = fromHex(p256.Point.Fn.ORDER.toString(16));
      for (const [offset, part] of [
        [0, new Uint8Array(64)],
        [0, order],
        [32, order],
      ] as const)
        expect(judge(real, { quote: replaced(real.quote, end + offset, part) })).toBe("evidence/signature-quote");
    });

    test("is refused with an attestation key off the curve, which signs nothing", () => {
      const offCurve = new Uint8Array(64).fill(7);
      const quote = replaced(real.quote, at(signature.attestationKey), offCurve);
      expect(judge(real, { quote })).toBe("evidence/binding-attestation-key");
      expect(verifyEcdsa("P-256", signature.attestationKey, signed, signature.signature)).toBe(true);
      expect(verifyEcdsa("P-256", offCurve, signed, signature.signature)).toBe(false);
    });

    test("is refused with lengths past its end", () => {
      expect(judge(real, { quote: replaced(real.quote, signed.length, new Uint8Array(4).fill(255)) })).toBe(
        "evidence/format-quote",
      );
      expect(judge(real, { quote: real.quote.slice(0, end + 1000) })).toBe("evidence/format-quote");
    });

    test("is refused as a replay, for zeros, by a broken clock, before its time and after it", () => {
      const policies = [{ reportData: new Uint8Array(64).fill(1) }, { reportData: new Uint8Array(64) }];
      for (const policy of policies) expect(judge(real, { policy })).toBe("evidence/policy-report-data");
      expect(judge(real, { now: Number.NaN })).toBe("evidence/policy-clock");
      const month = 31 * 24 * 3600 * 1000;
      for (const now of [real.now - month, real.now + month])
        expect(judge(real, { now })).toMatch(/^evidence\/(revocation|collateral)-stale$/);
    });

    test("is refused with old but unexpired collateral under a policy that wants it young", () => {
      expect(judge(real, { tee: { maximumAge: 24 * 3600 * 1000 } })).toBe("evidence/policy-age");
      expect(judge(real, { tee: { minimumEvaluationNumber: 19 } })).toBe("evidence/policy-evaluation-number");
    });

    test("is refused with look-alikes in place of Intel", async () => {
      const fake = await createDcapPlatform();
      const { tcbInfo, tcbInfoSignature, tcbInfoIssuerChain } = dcapCollateral(fake, real.kind);
      expect(judge(real, { collateral: { tcbInfo, tcbInfoSignature, tcbInfoIssuerChain } })).toMatch(
        /^evidence\/chain-(validity|root)$/,
      );
      const [pck, ca, root] = signature.pckChain.split(/(?<=-----END CERTIFICATE-----)\s*/);
      for (const chain of [`${pck}\n${root}`, `${pck}\n${ca}`])
        expect(judge(real, { collateral: { tcbInfoIssuerChain: chain } })).toBe("evidence/chain-role");
    });

    test("is refused without its revocation lists", async () => {
      const { rootCaCrl, pckCrl } = real.collateral;
      const forger = await issueCertificate({ subject: intelName("Intel SGX Root CA"), kind: "P-256", ca: true });
      const forged = await issueCrl({ issuer: forger, from: new Date(real.now), until: new Date(real.now + 1000) });
      const codes = [
        { rootCaCrl: new Uint8Array() },
        { pckCrl: new Uint8Array() },
        { rootCaCrl: pckCrl },
        { pckCrl: rootCaCrl },
        { rootCaCrl: flipped(rootCaCrl, rootCaCrl.length - 1) },
        { pckCrl: flipped(pckCrl, pckCrl.length - 1) },
        { rootCaCrl: forged },
      ].map((collateral) => judge(real, { collateral }));
      expect(codes).toEqual([
        "evidence/revocation-malformed",
        "evidence/revocation-malformed",
        "evidence/revocation-issuer",
        "evidence/revocation-issuer",
        "evidence/revocation-signature",
        "evidence/revocation-signature",
        expect.stringMatching(/^evidence\/revocation-(signature|issuer)$/),
      ]);
    });

    test("is refused with statements that were touched", () => {
      const { tcbInfo, qeIdentity } = real.collateral;
      const texts = [
        { tcbInfo: tcbInfo.replace("{", '{"version":3,') },
        { tcbInfo: JSON.stringify(JSON.parse(tcbInfo), null, 1) },
        { tcbInfo: tcbInfo.replace('"svn":2', '"svn":1') },
        { qeIdentity: qeIdentity.replace('"isvsvn":', '"isvsvn":0') },
      ];
      for (const collateral of texts) expect(judge(real, { collateral })).toBe("evidence/collateral-signature");
    });
  });

  test("SGX and TDX evidence isn't judged by the other's statements", () => {
    const sgx = find("sgx-v3-phala");
    const tdx = find("tdx-v4-phala");
    const now = Date.parse("2025-07-04T12:00:00Z");
    const { tcbInfo, tcbInfoSignature } = tdx.collateral;
    expect(judge(sgx, { now, collateral: { tcbInfo, tcbInfoSignature } })).toBe("evidence/collateral-id");
    const { qeIdentity, qeIdentitySignature } = sgx.collateral;
    expect(judge(tdx, { now, collateral: { qeIdentity, qeIdentitySignature } })).toBe("evidence/collateral-id");
    expect(judge({ ...sgx, kind: "tdx" })).toBe("evidence/format-kind");
  });

  test("nor by those of platforms of another kind, nor by another CA's revocation list", () => {
    const phala = find("tdx-v4-phala");
    const google = find("tdx-v5-google");
    const now = google.now;
    const { rootCaCrl, pckCrl: _, ...statements } = google.collateral;
    expect(judge(phala, { now, collateral: { ...statements, rootCaCrl, pckCrl: google.collateral.pckCrl } })).toBe(
      "evidence/binding-platform",
    );
    const { pckCrl } = find("sgx-v3-phala").collateral;
    expect(judge(phala, { collateral: { pckCrl } })).toBe("evidence/revocation-issuer");
  });

  test("that is debugged is refused, whatever its signatures", () => {
    expect(judge(find("sgx-v3-DEBUG"))).toBe("evidence/policy-debug");
  });

  test("that is out of date is refused", () => {
    expect(judge(find("tdx-v4-automata"), { policy: { reportData: "any" } })).toBe("evidence/policy-status");
  });

  test("of 2023 is refused when a later evaluation is asked for", () => {
    const old = find("sgx-v3-phala", 1);
    expect(judge(old)).toBe("accepted");
    expect(judge(old, { tee: { minimumEvaluationNumber: 17 } })).toBe("evidence/policy-evaluation-number");
  });
});
