import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import type { Evidence } from "../attestation/evidence.js";
import type { CollateralSources } from "./collateral-sources.js";
import { collectCollateral } from "./collect-collateral.js";
import type { TcbRelease } from "./dcap-requests.js";
import { createDocumentCache } from "./document-cache.js";
import { createDocumentSource } from "./document-source.js";
import { withGivenCertificates } from "./given-certificates.js";

export interface FetchCollateralOptions {
  /** Milliseconds since 1970: what the collateral is to hold at. This machine's clock without. */
  readonly now?: number;
  /** Instead of the one of the sources: `early`, `standard`, or a `tcbEvaluationDataNumber`. */
  readonly release?: TcbRelease;
  /** The vendors' without. */
  readonly roots?: Roots;
  /** What came with the evidence: of SEV-SNP, the chip's certificate is taken from it. */
  readonly supplement?: Uint8Array;
  /** Hears of what went wrong and did no harm, such as a cache that can't be written. */
  readonly warn?: (message: string) => void;
}

/**
 * Gets what evidence is verified with, from the vendors' services or from what was kept of them.
 * Nothing that comes is trusted: each document is checked up to the vendor's root before it is
 * taken or kept. Nitro and simulated evidence need none.
 * @throws EvidenceRefusal for evidence from which it can't be told what is needed
 * @throws CollateralError `collateral/missing`: its message lists each document that couldn't be
 * had and why at each service
 */
export const fetchCollateral = (
  evidence: Evidence,
  sources: CollateralSources,
  options: FetchCollateralOptions = {},
): Promise<Collateral> => {
  const { now = Date.now(), release = sources.tcbRelease, roots, supplement, warn = () => {} } = options;
  const cache = createDocumentCache(sources.cacheFolder);
  const source = createDocumentSource({ sources, cache, now, warn });
  const isGiven = evidence.kind === "sev-snp" && supplement !== undefined;
  const fetchDocument = isGiven ? withGivenCertificates(source, supplement, now) : source;
  return collectCollateral(evidence, fetchDocument, { now, release, ...(roots && { roots }) });
};
