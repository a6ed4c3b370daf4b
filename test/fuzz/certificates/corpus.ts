import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createNitroEnclave } from "@pdiem/bridge-client/testing/nitro-enclave";
import { parseQuote } from "@pdiem/enclave-verifier/dcap/quote";
import { issueCertificate, issueCrl } from "@pdiem/enclave-verifier/testing/certificates";
import { createDcapPlatform } from "@pdiem/enclave-verifier/testing/dcap-platform";
import { SHARED_ATTESTATION, sharedQuotes } from "@pdiem/enclave-verifier/testing/shared-evidence";
import { createSnpPlatform } from "@pdiem/enclave-verifier/testing/snp-platform";
import { parsePem } from "@pdiem/enclave-verifier/x509/pem";

/** A certificate or revocation list, DER. */
export interface Sample {
  readonly kind: "certificate" | "crl";
  readonly der: Uint8Array;
}

const certificates = (...ders: readonly Uint8Array[]): readonly Sample[] =>
  ders.map((der) => ({ kind: "certificate", der }));
const crls = (...ders: readonly Uint8Array[]): readonly Sample[] => ders.map((der) => ({ kind: "crl", der }));

/** Each vendor's certificates and lists, of the tests' own making. */
const ownSamples = async (): Promise<readonly Sample[]> => {
  const intel = await createDcapPlatform();
  const amd = await createSnpPlatform();
  const { leaf, caBundle } = await createNitroEnclave();
  const late = { from: new Date("1999-12-31T23:59:59Z"), until: new Date("2061-02-28T00:00:00Z") };
  const lasting = await issueCertificate({ subject: "CN=lasting, O=Test", kind: "P-256", ca: true, ...late });
  const serials = Array.from({ length: 40 }, (_, i) => (3 ** i).toString(16).padStart(16, "0"));
  return [
    ...certificates(...[intel.root, intel.pckCa, intel.pck, intel.tcbSigner].map(({ der }) => der)),
    ...certificates(...[amd.ark, amd.ask, amd.vcek, leaf, ...caBundle, lasting].map(({ der }) => der)),
    ...crls(intel.rootCaCrl, intel.pckCrl, amd.collateral.crl),
    ...crls(await issueCrl({ issuer: amd.ark, revoked: serials }), await issueCrl({ issuer: lasting, ...late })),
  ];
};

const pem = (text: string): readonly Sample[] => certificates(...parsePem(text));

/** All that the shared folder has; none where it isn't there. */
const sharedSamples = (): readonly Sample[] => {
  const quotes = sharedQuotes();
  if (quotes === undefined) return [];
  const files = (folder: string, end: string): readonly Uint8Array[] =>
    readdirSync(join(SHARED_ATTESTATION, folder))
      .filter((name) => name.endsWith(end))
      .map((name) => new Uint8Array(readFileSync(join(SHARED_ATTESTATION, folder, name))));
  return [
    ...quotes.flatMap(({ quote }) => pem(parseQuote(quote).signature.pckChain)),
    ...quotes.flatMap(({ collateral }) => pem(collateral.tcbInfoIssuerChain)),
    ...quotes.flatMap(({ collateral }) => crls(collateral.rootCaCrl, collateral.pckCrl)),
    ...files("roots", ".pem").flatMap((bytes) => pem(new TextDecoder().decode(bytes))),
    ...certificates(...files("snp", ".der")),
  ];
};

/** Certificates and lists that are read as they are. */
export const allSamples = async (): Promise<readonly Sample[]> => [...(await ownSamples()), ...sharedSamples()];
