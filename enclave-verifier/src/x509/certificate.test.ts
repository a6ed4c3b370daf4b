import "reflect-metadata";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { Extension } from "@peculiar/x509";
import { describe, expect, test } from "vitest";
import { issueCertificate, issueCrl } from "../testing/certificates.js";
import { type Certificate, parseCertificate } from "./certificate.js";
import { parseCrl } from "./crl.js";

const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const refused = expect.objectContaining({ name: "DecodeError" });

const withExtension = async (id: string, hex: string): Promise<Certificate> => {
  const extensions = [new Extension(id, true, fromHex(hex))];
  return parseCertificate((await issueCertificate({ subject: "CN=test", kind: "P-256", extensions })).der);
};

describe("a certificate", () => {
  test.each([
    ["30030101ff", true, undefined],
    ["3003010100", false, undefined],
    ["3000", false, undefined],
    ["30060101ff020100", true, 0],
    ["30060101ff02017f", true, 127],
    ["30070101ff020200ff", true, 255],
  ])("with the basic constraints %s is a CA: %s, with %s below it", async (hex, isCa, pathLength) => {
    expect(await withExtension(BASIC_CONSTRAINTS, hex)).toMatchObject({ isCa, pathLength });
  });

  test.each([
    [BASIC_CONSTRAINTS, "3003010101"],
    [BASIC_CONSTRAINTS, "30070101ff02020100"],
    [BASIC_CONSTRAINTS, "30060101ff0201ff"],
    [BASIC_CONSTRAINTS, "30090101ff020100020100"],
    [BASIC_CONSTRAINTS, "30030101ff00"],
    [KEY_USAGE, "03020880"],
    [KEY_USAGE, "04020106"],
    [KEY_USAGE, ""],
  ])("with the extension %s of %s is refused", async (id, hex) => {
    await expect(withExtension(id, hex)).rejects.toEqual(refused);
  });

  test("issues certificates and lists by the bits of its key usage", async () => {
    const usages = await Promise.all(
      ["03020106", "03020204", "03020102", "03020780"].map((hex) => withExtension(KEY_USAGE, hex)),
    );
    expect(usages.map(({ mayIssueCertificates, mayIssueCrls }) => [mayIssueCertificates, mayIssueCrls])).toEqual([
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

test("what is inside of a certificate or list keeps its bounds, also where it isn't read", async () => {
  const issuer = await issueCertificate({ subject: "CN=test, O=Organization", kind: "P-256" });
  const crl = await issueCrl({ issuer, revoked: ["05"] });
  // The length of the organization's type and value, which nothing here reads.
  const longer = (der: Uint8Array): Uint8Array => {
    const text = toHex(der);
    expect(text).toContain("060355040a130c");
    return fromHex(text.replace("060355040a130c", "060355040a130d"));
  };
  expect(parseCertificate(issuer.der).commonName).toBe("test");
  expect([...parseCrl(crl).revoked]).toEqual(["05"]);
  expect(() => parseCertificate(longer(issuer.der))).toThrow(refused);
  expect(() => parseCrl(longer(crl))).toThrow(refused);
});
