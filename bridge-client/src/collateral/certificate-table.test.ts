import { toPem } from "@pdiem/enclave-verifier/testing/certificates";
import { createSnpPlatform } from "@pdiem/enclave-verifier/testing/snp-platform";
import { concat, fromHex, utf8 } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { type TableEntry, testCertificateTable } from "../testing/certificate-table.js";
import { readCertificateTable } from "./certificate-table.js";

const { vcek, ask, ark } = await createSnpPlatform();
const ALL: readonly TableEntry[] = [
  ["vcek", vcek.der],
  ["ask", ask.der],
  ["ark", ark.der],
];
const END = new Uint8Array(24);
const codeOf = (table: Uint8Array): string => outcome(() => readCertificateTable(table));

describe("SEV-SNP's certificate table", () => {
  test("gives the certificates that are in it, DER or PEM, whatever else there is", () => {
    expect(readCertificateTable(testCertificateTable(ALL))).toEqual({ vcek: vcek.der, ask: ask.der, ark: ark.der });
    expect(readCertificateTable(testCertificateTable([["vcek", utf8(toPem(vcek))]]))).toEqual({ vcek: vcek.der });
    expect(readCertificateTable(testCertificateTable([["other", utf8("?")], ...ALL.slice(0, 1)]))).toEqual({
      vcek: vcek.der,
    });
    expect(readCertificateTable(END)).toEqual({});
    expect(readCertificateTable(concat(testCertificateTable(ALL), new Uint8Array(4096)))).toHaveProperty("ark");
  });

  test("is refused when it is cut short, points outside itself, or has one certificate twice", () => {
    const table = testCertificateTable(ALL);
    expect(codeOf(new Uint8Array())).toBe("evidence/format-certificate-table");
    expect(codeOf(table.subarray(0, 23))).toBe("evidence/format-certificate-table");
    expect(codeOf(table.subarray(0, table.length - 1))).toBe("evidence/format-certificate-table");
    expect(codeOf(testCertificateTable([["vcek", vcek.der], ...ALL]))).toBe("evidence/format-certificate-table");
    expect(codeOf(testCertificateTable([["vcek", new Uint8Array()]]))).toBe("evidence/format-certificate-table");
    expect(codeOf(testCertificateTable([["vcek", utf8(toPem(vcek, ask))]]))).toBe("evidence/format-certificate-table");
    expect(codeOf(testCertificateTable([["vcek", utf8(toPem(vcek).replace(/[A-Za-z]{4}/, "=A=="))]]))).toBe(
      "evidence/format-certificate-table",
    );
    const far = new Uint8Array(table);
    far.set(fromHex("ffffffff"), 16);
    expect(codeOf(far)).toBe("evidence/format-certificate-table");
  });

  test("is refused when it has no end", () => {
    expect(codeOf(testCertificateTable(Array.from({ length: 40 }, () => ["other", utf8("?")] as const)))).toBe(
      "evidence/format-certificate-table",
    );
  });
});
