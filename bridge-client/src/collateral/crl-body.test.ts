import { issueCertificate, issueCrl } from "@pdiem/enclave-verifier/testing/certificates";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { describe, expect, test } from "vitest";
import { readCrlBody } from "./crl-body.js";
import { decodeIssuerChain } from "./issuer-chain.js";

const crl = await issueCrl({ issuer: await issueCertificate({ subject: "CN=CA", kind: "P-256", ca: true }) });
const base64 = Buffer.from(crl).toString("base64");

describe("a revocation list", () => {
  test.each([
    ["DER", crl],
    ["hex", utf8(toHex(crl))],
    ["hex in capitals, with a line break", utf8(`${toHex(crl).toUpperCase()}\n`)],
    ["PEM", utf8(`-----BEGIN X509 CRL-----\n${base64.replaceAll(/.{64}/g, "$&\n")}\n-----END X509 CRL-----\n`)],
  ])("comes as %s", (_, body) => {
    expect(readCrlBody(body)).toEqual(crl);
  });

  test.each([
    ["nothing", ""],
    ["half a digit", toHex(crl).slice(1)],
    ["another PEM", `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`],
    ["PEM with something behind it", `-----BEGIN X509 CRL-----\n${base64}\n-----END X509 CRL-----\nx`],
    ["a page", "<html></html>"],
  ])("isn't %s", (_, body) => {
    expect(() => readCrlBody(utf8(body))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^decode\//) }),
    );
  });
});

describe("an issuer chain header", () => {
  test("is percent-encoded PEM", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nAA+/\n-----END CERTIFICATE-----\n";
    expect(decodeIssuerChain(encodeURIComponent(pem))).toBe(pem);
    expect(decodeIssuerChain(pem.replaceAll("\n", "%0A").replaceAll(" ", "%20"))).toBe(pem);
  });

  test.each([
    ["missing", undefined],
    ["cut", "%2"],
    ["too long", "a".repeat(16 * 1024 + 1)],
  ])("isn't %s", (_, header) => {
    expect(() => decodeIssuerChain(header)).toThrow(expect.objectContaining({ code: "decode/issuer-chain" }));
  });
});
