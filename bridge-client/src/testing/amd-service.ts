import { issueCrl } from "@pdiem/enclave-verifier/testing/certificates";
import type { SnpPlatform } from "@pdiem/enclave-verifier/testing/snp-platform";
import { NOT_FOUND, type Service } from "./intel-service.js";

/** AMD's Key Distribution Service for one chip. */
export interface KeyDistribution {
  readonly service: Service;
  readonly crl: Uint8Array;
}

/**
 * @param product as in the paths
 * @param chip the chip's path with its query, such as `c1c1…?blSPL=09&…`
 */
export const keyDistribution = async (
  { ark, vcek, collateral }: SnpPlatform,
  product: string,
  chip: string,
): Promise<KeyDistribution> => {
  const crl = await issueCrl({ issuer: ark });
  const documents: Readonly<Record<string, Uint8Array | string>> = {
    [`/vcek/v1/${product}/cert_chain`]: collateral.chain,
    [`/vcek/v1/${product}/crl`]: crl,
    [`/vcek/v1/${product}/${chip}`]: vcek.der,
  };
  return {
    crl,
    service: (path) => {
      const body = documents[path];
      return body === undefined ? NOT_FOUND : { status: 200, body };
    },
  };
};
