/** `0x1::DualAttestation`. Source: types/src/account_config/resources/dual_attestation.rs. */
import { bytes, struct, u64 } from "../../../codec/bcs.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";
import { type EventHandle, eventHandle } from "../event.js";

/** Credential of parent VASPs and designated dealers; texts and key are empty until set. */
export interface DualAttestationCredential {
  /** UTF-8. */
  readonly humanName: Uint8Array;
  /** UTF-8. */
  readonly baseUrl: Uint8Array;
  /** 32 bytes of Ed25519, or none. */
  readonly compliancePublicKey: Uint8Array;
  /** Microseconds. */
  readonly expirationDate: bigint;
  readonly complianceKeyRotationEvents: EventHandle;
  readonly baseUrlRotationEvents: EventHandle;
}

export interface DualAttestationLimit {
  readonly microXdxLimit: bigint;
}

export const dualAttestationCredential: Resource<DualAttestationCredential> = coreResource(
  "DualAttestation",
  "Credential",
  struct<DualAttestationCredential>({
    humanName: bytes(),
    baseUrl: bytes(),
    compliancePublicKey: bytes(),
    expirationDate: u64,
    complianceKeyRotationEvents: eventHandle,
    baseUrlRotationEvents: eventHandle,
  }),
);

/** At `0xA550C18`. */
export const dualAttestationLimit: Resource<DualAttestationLimit> = coreResource(
  "DualAttestation",
  "Limit",
  struct<DualAttestationLimit>({ microXdxLimit: u64 }),
);

export const readDualAttestationCredential = (state: AccountState): DualAttestationCredential | undefined =>
  readResource(state, dualAttestationCredential);

/**
 * Reads the micro XDX from which on payments between VASPs need dual attestation; in the state of
 * `0xA550C18`.
 */
export const readDualAttestationLimit = (state: AccountState): bigint | undefined =>
  readResource(state, dualAttestationLimit)?.microXdxLimit;
