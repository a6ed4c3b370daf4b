/**
 * `0x1::VASPDomain`, called `DiemId` in release 1.3. Source:
 * types/src/account_config/resources/vasp_domain.rs.
 */
import { bytes, struct, vector } from "@pdiem/light-client/codec/bcs";
import {
  type AccountState,
  coreResource,
  type Resource,
  readResource,
} from "@pdiem/light-client/diem/state/account-state";
import { type EventHandle, eventHandle } from "@pdiem/light-client/diem/state/event";

/** A domain is UTF-8 text. */
export interface VaspDomain {
  readonly domain: Uint8Array;
}

export interface VaspDomains {
  readonly domains: readonly VaspDomain[];
}

/** Manager of VASP domains at treasury compliance, which registers them. */
export interface VaspDomainManager {
  readonly vaspDomainEvents: EventHandle;
}

const domains = struct<VaspDomains>({ domains: vector(struct<VaspDomain>({ domain: bytes() })) });

export const vaspDomains: Resource<VaspDomains> = coreResource("VASPDomain", "VASPDomains", domains);

/** The name of the same resource in release 1.3. */
export const diemIdDomains: Resource<VaspDomains> = coreResource("DiemId", "DiemIdDomains", domains);

export const vaspDomainManager: Resource<VaspDomainManager> = coreResource(
  "VASPDomain",
  "VASPDomainManager",
  struct<VaspDomainManager>({ vaspDomainEvents: eventHandle }),
);

/** Reads domains, under either name. */
export const readVaspDomains = (state: AccountState): VaspDomains | undefined =>
  readResource(state, vaspDomains) ?? readResource(state, diemIdDomains);
