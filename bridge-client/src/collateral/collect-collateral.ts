import type { Collateral, DcapCollateral, SnpCollateral } from "@pdiem/enclave-verifier/evidence";
import type { SnpFamily } from "@pdiem/enclave-verifier/policy";
import { type Roots, VENDOR_ROOTS } from "@pdiem/enclave-verifier/roots";
import { type Report, readReport } from "@pdiem/enclave-verifier/sev-snp/report";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import type { Evidence } from "../attestation/evidence.js";
import { missingCollateral } from "./collateral-error.js";
import { dcapRequests, type TcbRelease } from "./dcap-requests.js";
import type { FetchDocument } from "./document-request.js";
import { familiesOf, snpCrlRequest, snpIssuersRequest, vcekRequest } from "./snp-requests.js";

/** What collateral is collected for. */
export interface Collection {
  /** Milliseconds since 1970: what the collateral is to hold at. */
  readonly now: number;
  /** Release of Intel's statements; `standard` without. */
  readonly release?: TcbRelease;
  /** The vendors' without. */
  readonly roots?: Roots;
}

/** What was thrown on purpose; anything else is thrown on. */
const failureOf = (reason: unknown): PdiemError => {
  if (isPdiemError(reason)) return reason;
  throw reason;
};

/** Waits for all, so that whoever has to get what is missing hears of all of it at once. */
const allOf = async <T extends readonly unknown[]>(
  wanted: {
    readonly [K in keyof T]: Promise<T[K]>;
  },
): Promise<{ -readonly [K in keyof T]: Awaited<Promise<T[K]>> }> => {
  const settled = await Promise.allSettled(wanted);
  const failures = settled.flatMap((one) => (one.status === "rejected" ? [failureOf(one.reason)] : []));
  if (failures.length > 0) throw missingCollateral(failures);
  return Promise.all(wanted);
};

const collectDcap = async (
  quote: Uint8Array,
  fetch: FetchDocument,
  { now, release = "standard", roots = VENDOR_ROOTS }: Collection,
): Promise<DcapCollateral> => {
  const requests = dcapRequests(quote, { release, rootHash: roots.intelSgx, now });
  const [rootCaCrl, pckCrl, tcbInfo, qeIdentity] = await allOf([
    fetch(requests.rootCaCrl),
    fetch(requests.pckCrl),
    fetch(requests.tcbInfo),
    fetch(requests.qeIdentity),
  ]);
  return { kind: "dcap", rootCaCrl, pckCrl, ...tcbInfo, ...qeIdentity };
};

const collectSnpOf = async (
  family: SnpFamily,
  report: Report,
  fetch: FetchDocument,
  roots: Roots,
): Promise<SnpCollateral> => {
  const rootHash = roots.amd[family];
  const [issuers] = await allOf([fetch(snpIssuersRequest(family, rootHash))]);
  const [vcek, crl] = await allOf([
    fetch(vcekRequest(report, family, issuers, rootHash)),
    fetch(snpCrlRequest(family, issuers)),
  ]);
  return { kind: "sev-snp", vcek, chain: issuers.pem, crl };
};

const collectSnp = async (
  bytes: Uint8Array,
  fetch: FetchDocument,
  { roots = VENDOR_ROOTS }: Collection,
): Promise<SnpCollateral> => {
  const report = readReport(bytes);
  const failures: PdiemError[] = [];
  for (const family of familiesOf(report)) {
    try {
      return await collectSnpOf(family, report, fetch, roots);
    } catch (error) {
      failures.push(failureOf(error));
    }
  }
  throw failures.length === 1 && failures[0] !== undefined ? failures[0] : missingCollateral(failures);
};

/**
 * Collects what evidence is verified with. Every document is checked as it comes; whether the
 * evidence itself is genuine is left to `verifyEvidence`.
 * @param fetch gets each document
 * @throws EvidenceRefusal for evidence from which it can't be told what is needed
 * @throws CollateralError `collateral/missing`, which names all that is missing
 */
export const collectCollateral = async (
  evidence: Evidence,
  fetch: FetchDocument,
  collection: Collection,
): Promise<Collateral> => {
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      return collectDcap(evidence.quote, fetch, collection);
    case "sev-snp":
      return collectSnp(evidence.report, fetch, collection);
    case "nitro":
    case "simulated":
      return { kind: "none" };
  }
};
