import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromHex } from "@pdiem/light-client/bytes";
import type { DcapCollateral } from "../evidence.js";

/** Where shared evidence is, if anywhere. */
export const SHARED_ATTESTATION = join(
  process.env.PDIEM_FIXTURES ?? fileURLToPath(new URL("../../../../shared/fixtures", import.meta.url)),
  "attestation",
);

/** A real quote with the collateral and the time to judge it by, in milliseconds since 1970. */
export interface SharedQuote {
  readonly file: string;
  readonly kind: "sgx" | "tdx";
  readonly quote: Uint8Array;
  readonly collateral: DcapCollateral;
  readonly now: number;
  readonly measurements: Readonly<Record<string, string>>;
}

interface ManifestQuote {
  readonly file: string;
  readonly collateral: string;
  readonly verifyAt: string;
  readonly measurements: Readonly<Record<string, string>>;
}

/** Collateral as dcap-qvl's samples have it. */
type CollateralFile = Readonly<Record<string, string>>;

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(SHARED_ATTESTATION, file)));
const readJson = <T>(file: string): T => JSON.parse(readFileSync(join(SHARED_ATTESTATION, file), "utf8"));

const readCollateral = (file: string): DcapCollateral => {
  const {
    root_ca_crl = "",
    pck_crl = "",
    tcb_info_issuer_chain = "",
    tcb_info = "",
    tcb_info_signature = "",
    qe_identity_issuer_chain = "",
    qe_identity = "",
    qe_identity_signature = "",
  } = readJson<CollateralFile>(file);
  return {
    kind: "dcap",
    rootCaCrl: fromHex(root_ca_crl),
    pckCrl: fromHex(pck_crl),
    tcbInfoIssuerChain: tcb_info_issuer_chain,
    tcbInfo: tcb_info,
    tcbInfoSignature: fromHex(tcb_info_signature),
    qeIdentityIssuerChain: qe_identity_issuer_chain,
    qeIdentity: qe_identity,
    qeIdentitySignature: fromHex(qe_identity_signature),
  };
};

/** Reads the shared quotes; undefined where the folder isn't there. */
export const sharedQuotes = (): readonly SharedQuote[] | undefined => {
  if (!existsSync(join(SHARED_ATTESTATION, "manifest.json"))) return undefined;
  const { quotes } = readJson<{ readonly quotes: readonly ManifestQuote[] }>("manifest.json");
  return quotes.map(({ file, collateral, verifyAt, measurements }) => ({
    file,
    kind: file.includes("sgx") ? "sgx" : "tdx",
    quote: read(file),
    collateral: readCollateral(collateral),
    now: Date.parse(verifyAt),
    measurements,
  }));
};
