import type { DcapCollateral } from "@pdiem/enclave-verifier/evidence";
import { toHex } from "@pdiem/light-client/bytes";

/** What a service answers a GET. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** A service by the paths that it knows, their queries with them. */
export type Service = (path: string) => ServiceAnswer;

export const NOT_FOUND: ServiceAnswer = { status: 404, body: "" };

const chainHeader = (name: string, pem: string): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  [name]: encodeURIComponent(pem),
});

interface Served {
  readonly kind: "sgx" | "tdx";
  readonly fmspc: string;
  readonly ca: "platform" | "processor";
  readonly collateral: DcapCollateral;
  readonly release?: string;
}

const statements = (
  { kind, fmspc, collateral, release = "update=standard" }: Served,
  path: string,
): ServiceAnswer | undefined => {
  switch (path) {
    case `/${kind}/certification/v4/tcb?fmspc=${fmspc.toUpperCase()}&${release}`:
      return {
        status: 200,
        headers: chainHeader("TCB-Info-Issuer-Chain", collateral.tcbInfoIssuerChain),
        body: `{"tcbInfo":${collateral.tcbInfo},"signature":"${toHex(collateral.tcbInfoSignature)}"}`,
      };
    case `/${kind}/certification/v4/qe/identity?${release}`:
      return {
        status: 200,
        headers: chainHeader("SGX-Enclave-Identity-Issuer-Chain", collateral.qeIdentityIssuerChain),
        body: `{"enclaveIdentity":${collateral.qeIdentity},"signature":"${toHex(collateral.qeIdentitySignature)}"}`,
      };
    default:
      return undefined;
  }
};

/**
 * Intel's Provisioning Certification Service, version 4: lists as DER where that is asked for, none
 * of the root.
 */
export const provisioningService =
  (served: Served): Service =>
  (path) =>
    path === `/sgx/certification/v4/pckcrl?ca=${served.ca}&encoding=der`
      ? { status: 200, headers: { "content-type": "application/pkix-crl" }, body: served.collateral.pckCrl }
      : (statements(served, path) ?? NOT_FOUND);

/**
 * A cache of it, which hands out all lists as hexadecimal text, and says in a text what is wrong.
 */
export const provisioningCache =
  (served: Served): Service =>
  (path) => {
    const { rootCaCrl, pckCrl } = served.collateral;
    if (path === "/sgx/certification/v4/rootcacrl") return { status: 200, body: toHex(rootCaCrl) };
    if (path === `/sgx/certification/v4/pckcrl?ca=${served.ca}&encoding=der`)
      return { status: 200, headers: { "content-type": "application/x-pem-file" }, body: toHex(pckCrl) };
    return statements(served, path) ?? { status: 404, body: "No cache data for this platform." };
  };

/** Where Intel publishes the list of its root. */
export const certificateStore =
  ({ collateral }: Pick<Served, "collateral">): Service =>
  (path) =>
    path === "/IntelSGXRootCA.der" ? { status: 200, body: collateral.rootCaCrl } : NOT_FOUND;
