import { outcome } from "@pdiem/light-client/testing/outcome";
import "reflect-metadata";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { BasicConstraintsExtension, Extension, KeyUsageFlags, KeyUsagesExtension } from "@peculiar/x509";
import { describe, expect, test } from "vitest";
import {
  type CertificateOptions,
  type Holder,
  issueCertificate,
  issueCrl,
  TEST_FROM,
} from "../testing/certificates.js";
import { parseChain, verifyChain } from "./chain.js";
import { verifyNotRevoked } from "./crl.js";
import { signedObject } from "./signed-object.js";

const NOW = TEST_FROM.getTime() + 1;
const issue = (subject: string, options: Partial<CertificateOptions> = {}): Promise<Holder> =>
  issueCertificate({ subject: `CN=${subject}`, kind: "P-256", ...options });
const root = await issue("root", { ca: true });

const judge = (...holders: readonly Holder[]): string => {
  const hash = toHex(sha256(holders.at(-1)?.der ?? new Uint8Array()));
  return outcome(() =>
    verifyChain(
      parseChain(
        "test's chain",
        holders.map(({ der }) => der),
      ),
      hash,
      NOW,
    ),
  );
};

describe("a chain", () => {
  test("has no more CAs than each CA allows below it", async () => {
    const judgeBelow = async (pathLength: number): Promise<string> => {
      const upper = await issue("upper", { issuer: root, ca: true, pathLength });
      const lower = await issue("lower", { issuer: upper, ca: true });
      return judge(await issue("leaf", { issuer: lower }), lower, upper, root);
    };
    expect([await judgeBelow(1), await judgeBelow(0)]).toEqual(["accepted", "evidence/chain-path-length"]);
  });

  test("goes through CAs that say so and may sign certificates, not through those that do one of both", async () => {
    const judgeBelow = async (isCa: boolean, usages: KeyUsageFlags): Promise<string> => {
      const extensions = [new BasicConstraintsExtension(isCa, undefined, true), new KeyUsagesExtension(usages, true)];
      const issuer = await issue("ca", { issuer: root, extensions });
      return judge(await issue("leaf", { issuer }), issuer, root);
    };
    expect(await judgeBelow(true, KeyUsageFlags.keyCertSign)).toBe("accepted");
    expect(await judgeBelow(true, KeyUsageFlags.cRLSign)).toBe("evidence/chain-not-a-ca");
    expect(await judgeBelow(false, KeyUsageFlags.keyCertSign)).toBe("evidence/chain-not-a-ca");
  });

  test("has no critical extension that isn't understood", async () => {
    const leafWith = (critical: boolean): Promise<Holder> =>
      issue("leaf", { issuer: root, extensions: [new Extension("1.2.3.4", critical, new Uint8Array(2))] });
    expect(judge(await leafWith(false), root)).toBe("accepted");
    expect(judge(await leafWith(true), root)).toBe("evidence/chain-malformed");
  });

  test("may be of P-384", async () => {
    const issuer = await issue("root", { kind: "P-384", ca: true });
    expect(judge(await issue("leaf", { issuer }), issuer)).toBe("accepted");
  });

  test("has one common name in each certificate", async () => {
    expect(judge(await issue("leaf, O=other", { issuer: root }), root)).toBe("accepted");
    for (const subject of ["CN=leaf, CN=other", "O=other"])
      expect(judge(await issue("leaf", { subject, issuer: root }), root)).toBe("evidence/chain-malformed");
  });

  test("has certificates of version 3 only", async () => {
    const leaf = await issue("leaf", { issuer: root });
    const of = (version: string): Holder => ({
      ...leaf,
      der: fromHex(toHex(leaf.der).replace("a003020102", `a0030201${version}`)),
    });
    expect([judge(of("02"), root), judge(of("01"), root), judge(of("00"), root)]).toEqual([
      "accepted",
      "evidence/chain-malformed",
      "evidence/chain-malformed",
    ]);
  });

  test("is more than a root", () => {
    expect(judge(root)).toBe("evidence/chain-length");
    expect(outcome(() => verifyChain([], "", NOW))).toBe("evidence/chain-length");
  });
});

test("a CA that may not sign revocation lists has none", async () => {
  const judgeList = async (usages: KeyUsageFlags): Promise<string> => {
    const extensions = [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(usages, true)];
    const issuer = await issue("ca", { issuer: root, extensions });
    const crl = await issueCrl({ issuer });
    const [certificate] = parseChain("CA", [issuer.der]);
    return outcome(() => certificate && verifyNotRevoked(crl, certificate, [], NOW));
  };
  expect(await judgeList(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)).toBe("accepted");
  expect(await judgeList(KeyUsageFlags.keyCertSign)).toBe("evidence/revocation-issuer");
});

test("a revocation list isn't a difference to another, nor critical about its scope", async () => {
  const [certificate] = parseChain("CA", [root.der]);
  const judgeList = async (id: string, critical: boolean): Promise<string> => {
    const crl = await issueCrl({ issuer: root, extensions: [new Extension(id, critical, Uint8Array.of(2, 1, 1))] });
    return outcome(() => certificate && verifyNotRevoked(crl, certificate, [], NOW));
  };
  const [crlNumber, deltaCrl, scope] = ["2.5.29.20", "2.5.29.27", "2.5.29.28"];
  expect(await judgeList(crlNumber, false)).toBe("accepted");
  expect(await judgeList(deltaCrl, false)).toBe("evidence/revocation-malformed");
  expect(await judgeList(deltaCrl, true)).toBe("evidence/revocation-malformed");
  expect(await judgeList(scope, true)).toBe("evidence/revocation-malformed");
});

test("a revocation list is complete, of version 2, and says when the next one is due", async () => {
  const list = toHex(await issueCrl({ issuer: root, revoked: ["0d", "00ff"] }));
  const [certificate] = parseChain("CA", [root.der]);
  const judgeList = (hex: string): string =>
    outcome(() => certificate && verifyNotRevoked(fromHex(hex), certificate, [], NOW));
  const nextUpdate = /170d[0-9a-f]{26}(?=30(?:[0-7].|8))/.exec(list)?.[0] ?? "";
  expect(nextUpdate).toHaveLength(30);
  expect(judgeList(list)).toBe("accepted");
  for (const changed of [
    list.replace("020101", "020100"),
    list.replace("020101", "040101"),
    list.replace(nextUpdate, `040d${nextUpdate.slice(4)}`),
    list.replace("02010d", "04010d"),
  ]) {
    expect(changed).not.toBe(list);
    expect(judgeList(changed)).toBe("evidence/revocation-malformed");
  }
});

test("the algorithm that is signed is the one that is used", () => {
  const object = (inner: string, outer: string): Uint8Array => fromHex(`30113007020101${inner}${outer}030200ff`);
  expect(toHex(signedObject(object("30020500", "30020500")).signature)).toBe("ff");
  expect(() => signedObject(object("30020500", "30020600"))).toThrow(expect.objectContaining({ code: "decode/der" }));
});
