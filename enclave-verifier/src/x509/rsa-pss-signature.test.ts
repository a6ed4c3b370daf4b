import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { beforeAll, describe, expect, test } from "vitest";
import { issueCertificate } from "../testing/certificates.js";
import { type Certificate, parseCertificate } from "./certificate.js";
import { isSignedBy } from "./issuer-signature.js";
import { isRsaKey, isSignedByRsa } from "./rsa-pss-signature.js";

let issuer: Certificate;
let certificate: Certificate;
let ofEcdsa: Certificate;

beforeAll(async () => {
  const holder = await issueCertificate({ subject: "CN=RSA", kind: "RSA", ca: true });
  issuer = parseCertificate(holder.der);
  certificate = parseCertificate((await issueCertificate({ subject: "CN=Below", kind: "P-384", issuer: holder })).der);
  ofEcdsa = parseCertificate((await issueCertificate({ subject: "CN=ECDSA", kind: "P-384", ca: true })).der);
});

describe("a signature of a certificate by an RSA key", () => {
  test("is taken from the issuer's key alone", async () => {
    const other = parseCertificate((await issueCertificate({ subject: "CN=RSA", kind: "RSA", ca: true })).der);
    expect(isSignedBy(certificate, issuer.spki)).toBe(true);
    expect(isSignedBy(issuer, issuer.spki)).toBe(true);
    expect(isSignedBy(certificate, other.spki)).toBe(false);
  });

  test("is read with and without the parameters that may be left out, AMD's form included", () => {
    const withNull = "a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500";
    for (const algorithm of [
      `304106092a864886f70d01010a3034${withNull}a203020130`,
      `304606092a864886f70d01010a3039${withNull}a203020130a303020101`,
    ])
      expect(isSignedByRsa({ ...certificate, algorithm: fromHex(algorithm) }, issuer.spki)).toBe(true);
  });

  test.each([
    ["another salt length", (text: string) => text.replace("a203020130", "a203020120")],
    ["SHA-256", (text: string) => text.replaceAll("608648016503040202", "608648016503040201")],
    ["PKCS #1 v1.5", () => "300d06092a864886f70d01010c0500"],
    ["ECDSA", () => "300a06082a8648ce3d040303"],
    ["nothing", () => ""],
  ])("is refused where its algorithm says %s", (_, change) => {
    const algorithm = fromHex(change(toHex(certificate.algorithm)));
    expect(isSignedByRsa({ ...certificate, algorithm }, issuer.spki)).toBe(false);
  });

  test("isn't looked for with keys of another kind", () => {
    expect(isRsaKey(issuer.spki)).toBe(true);
    expect(isRsaKey(ofEcdsa.spki)).toBe(false);
    expect(isSignedBy(certificate, ofEcdsa.spki)).toBe(false);
    expect(isSignedBy(ofEcdsa, ofEcdsa.spki)).toBe(true);
  });

  test("fails with a typed error for a key that isn't one", () => {
    for (const spki of [new Uint8Array(), issuer.spki.subarray(1), concat(issuer.spki, Uint8Array.of(0))])
      expect(() => isSignedBy(certificate, spki)).toThrow(DecodeError);
  });
});
