import { issueCrl, TEST_FROM } from "@pdiem/enclave-verifier/testing/certificates";
import { createSnpPlatform } from "@pdiem/enclave-verifier/testing/snp-platform";
import { utf8 } from "@pdiem/light-client/bytes";
import { expect, test } from "vitest";
import { testCertificateTable } from "../testing/certificate-table.js";
import { CollateralError } from "./collateral-error.js";
import { collectCollateral } from "./collect-collateral.js";
import type { FetchDocument } from "./document-request.js";
import { withGivenCertificates } from "./given-certificates.js";

const machine = await createSnpPlatform();
const another = await createSnpPlatform();
const crl = await issueCrl({ issuer: machine.ark });
const NOW = TEST_FROM.getTime() + 1000;

/** AMD's service, but for certificates of chips: too many were asked for. */
const limited: FetchDocument = async (request) => {
  const [place] = request.places;
  if (place?.path.endsWith("/cert_chain")) return request.read({ body: utf8(machine.collateral.chain) }, NOW);
  if (place?.path.endsWith("/crl")) return request.read({ body: crl }, NOW);
  throw new CollateralError("collateral/unavailable", "429", "backoff");
};

const collect = (supplement: Uint8Array) =>
  collectCollateral({ kind: "sev-snp", report: machine.report() }, withGivenCertificates(limited, supplement, NOW), {
    now: NOW,
    roots: machine.roots,
  });

test("a chip's certificate is taken from the table that came with the report, all else from AMD", async () => {
  const table = testCertificateTable([["vcek", machine.vcek.der]]);
  expect(await collect(table)).toEqual({ ...machine.collateral, crl });
});

test.each([
  ["of another chip", testCertificateTable([["vcek", another.vcek.der]])],
  ["that is none", testCertificateTable([["vcek", utf8("?")]])],
  ["that isn't there", testCertificateTable([["ask", machine.ask.der]])],
  ["from what is no table", utf8("[]")],
])("a certificate %s is asked for", async (_, supplement) => {
  await expect(collect(supplement)).rejects.toMatchObject({ code: "collateral/missing" });
});
