/** Real certificates, revocation lists and statements of Intel's, each wrong in one way. */

import { verifyPckChain } from "@pdiem/enclave-verifier/dcap/dcap-certificates";
import { verifyQeIdentity } from "@pdiem/enclave-verifier/dcap/qe-identity";
import { parseQuote } from "@pdiem/enclave-verifier/dcap/quote";
import { verifyTcbInfo } from "@pdiem/enclave-verifier/dcap/tcb-info";
import { VENDOR_ROOTS } from "@pdiem/enclave-verifier/roots";
import { toPem } from "@pdiem/enclave-verifier/testing/certificates";
import { createDcapPlatform, signWith } from "@pdiem/enclave-verifier/testing/dcap-platform";
import { type SharedQuote, sharedQuotes } from "@pdiem/enclave-verifier/testing/shared-evidence";
import { parseCertificate } from "@pdiem/enclave-verifier/x509/certificate";
import { verifyNotRevoked } from "@pdiem/enclave-verifier/x509/crl";
import { derSequence, SEQUENCE } from "@pdiem/enclave-verifier/x509/der";
import { parsePem } from "@pdiem/enclave-verifier/x509/pem";
import { signedObject } from "@pdiem/enclave-verifier/x509/signed-object";
import { concat, toHex, utf8 } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { encoded } from "../fuzz/mutate-der.js";

const EXTENSIONS = 0xa3;

const quotes = sharedQuotes()?.filter(({ file }) => /sgx-v3-phala|tdx-v4-phala|tdx-v5-google/.test(file));

const pem = (...ders: readonly Uint8Array[]): string =>
  ders
    .map((der) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`)
    .join("");

/** A certificate with what `change` makes of its extensions, each DER. */
const withExtensions = (
  der: Uint8Array,
  change: (extensions: readonly Uint8Array[]) => readonly Uint8Array[],
): Uint8Array => {
  const [, algorithm, signature] = derSequence(der);
  const { fields } = signedObject(der);
  const list = fields.find(({ tag }) => tag === EXTENSIONS);
  if (algorithm === undefined || signature === undefined || list === undefined) throw new Error("expected extensions");
  const changed = change(derSequence(list.content).map(({ encoding }) => encoding));
  const others = fields.filter((field) => field !== list).map(({ encoding }) => encoding);
  const tbs = encoded(SEQUENCE, concat(...others, encoded(EXTENSIONS, encoded(SEQUENCE, concat(...changed)))));
  return encoded(SEQUENCE, concat(tbs, algorithm.encoding, signature.encoding));
};

/** Lists the certificates on a list, lower-case hex. */
const revokedOn = (crl: Uint8Array): readonly string[] => {
  const entries = signedObject(crl).fields[5];
  if (entries?.tag !== SEQUENCE) return [];
  return derSequence(entries.encoding).map(({ encoding }) =>
    toHex(derSequence(encoding)[0]?.content ?? new Uint8Array()),
  );
};

/** A statement with another order of its levels. */
const withLevels = (text: string, change: (levels: readonly unknown[]) => readonly unknown[]): string => {
  const statement: { tcbLevels: unknown[] } = JSON.parse(text);
  return JSON.stringify({ ...statement, tcbLevels: change(statement.tcbLevels) });
};

const chainOf = ({ quote, now }: SharedQuote) => {
  const { pckChain } = parseQuote(quote).signature;
  const judge = (chain: string): string => outcome(() => verifyPckChain(chain, VENDOR_ROOTS.intelSgx, now));
  return { pckChain, judge, ...verifyPckChain(pckChain, VENDOR_ROOTS.intelSgx, now) };
};

describe.skipIf(quotes === undefined).each(quotes ?? [])("real collateral of $file", (real) => {
  const { collateral, kind, now } = real;

  test("has a chain in which the leaf issues nothing, and which no look-alike begins or ends", async () => {
    const { judge, pckChain, pck, ca, root } = chainOf(real);
    expect(judge(pckChain)).toBe("accepted");
    expect(judge(pem(pck.der, pck.der, root.der))).toBe("evidence/chain-role");
    const fake = await createDcapPlatform();
    expect(judge(toPem(fake.pck, fake.pckCa, fake.root))).toBe("evidence/chain-root");
    expect(judge(pem(pck.der, ca.der, fake.root.der))).toBe("evidence/chain-root");
    expect(judge(pem(pck.der, fake.pckCa.der, root.der))).toMatch(/^evidence\/chain-(names|signature|validity)$/);
  });

  test("has no extension twice", () => {
    const { judge, pck, ca, root } = chainOf(real);
    expect(withExtensions(pck.der, (all) => all)).toEqual(pck.der);
    const twice = withExtensions(pck.der, (all) => [...all, ...all.slice(-1)]);
    expect(judge(pem(twice, ca.der, root.der))).toBe("evidence/chain-malformed");
    const without = withExtensions(pck.der, (all) => all.slice(0, -1));
    expect(judge(pem(without, ca.der, root.der))).toBe("evidence/chain-signature");
  });

  test("has lists of revoked certificates of the right issuer, in their time", () => {
    const { pck, ca, root } = chainOf(real);
    const { pckCrl } = collateral;
    const judge = (at: number, issuer = ca): string => outcome(() => verifyNotRevoked(pckCrl, issuer, [pck], at));
    const { from, until } = verifyNotRevoked(pckCrl, ca, [pck], now);
    expect([from - 1, from, until, until + 1].map((at) => judge(at))).toEqual([
      "evidence/revocation-stale",
      "accepted",
      "accepted",
      "evidence/revocation-stale",
    ]);
    expect(judge(now, root)).toBe("evidence/revocation-issuer");
  });

  test("has statements that nobody else signs, and that must be whole whoever does", async () => {
    const { tcbSigner } = await createDcapPlatform();
    const own = parseCertificate(tcbSigner.der);
    const [intel] = parsePem(collateral.tcbInfoIssuerChain).map(parseCertificate);
    if (intel === undefined) throw new Error("expected Intel's signer");
    const judge = (tcbInfo: string, signer = own): string => {
      const tcbInfoSignature = signWith(tcbSigner, utf8(tcbInfo));
      return outcome(() => verifyTcbInfo({ tcbInfo, tcbInfoSignature }, kind, signer, now));
    };
    const { tcbInfo, qeIdentity } = collateral;
    const judgeIdentity = (text: string): string => {
      const qeIdentitySignature = signWith(tcbSigner, utf8(text));
      return outcome(() => verifyQeIdentity({ qeIdentity: text, qeIdentitySignature }, kind, own, now));
    };
    expect(
      [
        qeIdentity,
        withLevels(qeIdentity, (levels) => [...levels, ...levels]),
        qeIdentity.replace("{", '{"version":2,'),
      ].map(judgeIdentity),
    ).toEqual(["accepted", "evidence/collateral-malformed", "evidence/collateral-malformed"]);
    const component = /"sgxtcbcomponents":\[\{[^}]*\},/;
    const changed = {
      "another signer's": judge(tcbInfo, intel),
      "as it is": judge(tcbInfo),
      "a component less": judge(tcbInfo.replace(component, '"sgxtcbcomponents":[')),
      "a component more": judge(tcbInfo.replace(component, (all) => `${all}{"svn":0},`)),
      "the lowest level first": judge(withLevels(tcbInfo, (levels) => levels.toReversed())),
      "a key twice": judge(tcbInfo.replace("{", '{"version":3,')),
      "a key twice, deep inside": judge(tcbInfo.replace('{"svn":', '{"svn":0,"svn":')),
      "the other TEE's id": judge(
        tcbInfo.replace(/"id":"(SGX|TDX)"/, (_, id) => `"id":"${id === "SGX" ? "TDX" : "SGX"}"`),
      ),
    };
    expect(changed).toEqual({
      "another signer's": "evidence/collateral-signature",
      "as it is": "accepted",
      "a component less": "evidence/collateral-malformed",
      "a component more": "evidence/collateral-malformed",
      "the lowest level first": "evidence/collateral-malformed",
      "a key twice": "evidence/collateral-malformed",
      "a key twice, deep inside": "evidence/collateral-malformed",
      "the other TEE's id": "evidence/collateral-id",
    });
  });
});

test.skipIf(quotes === undefined)("a platform whose certificate Intel has revoked is refused", () => {
  const judged = (quotes ?? []).flatMap((real) => {
    const { pck, ca } = chainOf(real);
    const { pckCrl } = real.collateral;
    return revokedOn(pckCrl).map((serial) =>
      outcome(() => verifyNotRevoked(pckCrl, ca, [{ ...pck, serial }], real.now)),
    );
  });
  expect(judged.length).toBeGreaterThan(0);
  expect(new Set(judged)).toEqual(new Set(["evidence/revocation-revoked"]));
});
