import { createRequire } from "node:module";
import { toHex } from "@pdiem/light-client/bytes";
import type { QuoteVerifier } from "@phala/dcap-qvl";
import type { DcapCollateral } from "../evidence.js";
import type { Tcb } from "../result.js";

interface DcapQvl {
  readonly QuoteVerifier: typeof QuoteVerifier;
}

const { QuoteVerifier: Verifier }: DcapQvl = createRequire(import.meta.url)("@phala/dcap-qvl");

/**
 * Asks what `@phala/dcap-qvl` says of a platform; undefined if it refuses.
 * @param root DER, Intel's without
 */
export const judgeByDcapQvl = (
  quote: Uint8Array,
  collateral: DcapCollateral,
  now: number,
  root?: Uint8Array,
): (Pick<Tcb, "advisories"> & { readonly status: string }) | undefined => {
  const verifier = root === undefined ? Verifier.newProd() : new Verifier(Buffer.from(root));
  try {
    const report = verifier.verify(
      quote,
      {
        pck_crl_issuer_chain: collateral.tcbInfoIssuerChain,
        root_ca_crl: toHex(collateral.rootCaCrl),
        pck_crl: toHex(collateral.pckCrl),
        tcb_info_issuer_chain: collateral.tcbInfoIssuerChain,
        tcb_info: collateral.tcbInfo,
        tcb_info_signature: toHex(collateral.tcbInfoSignature),
        qe_identity_issuer_chain: collateral.qeIdentityIssuerChain,
        qe_identity: collateral.qeIdentity,
        qe_identity_signature: toHex(collateral.qeIdentitySignature),
      },
      Math.floor(now / 1000),
    );
    return { status: report.status, advisories: report.advisory_ids };
  } catch {
    return undefined;
  }
};
