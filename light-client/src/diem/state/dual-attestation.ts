/**
 * When a payee's custodian must agree to a payment, and how. Sources:
 * language/diem-framework/modules/DualAttestation.move, DIP 1.
 */
import { concat, equal, utf8 } from "../../bytes.js";
import { encode, u64 } from "../../codec/bcs.js";
import { sign, verifyStrict } from "../../crypto/ed25519.js";
import type { AccountAddress } from "../address/account-address.js";
import type { AccountState } from "./account-state.js";
import { approximateXdxValue, type CurrencyInfo } from "./resources/currency-info.js";
import { readChildVasp, readParentVasp } from "./resources/vasp.js";

const DOMAIN_SEPARATOR = utf8("@@$$DIEM_ATTEST$$@@");

/** An account and its state. */
export interface PaymentParty {
  readonly address: AccountAddress;
  readonly state: AccountState;
}

/**
 * Finds the parent of a child VASP, a parent VASP itself; undefined for accounts that are neither.
 */
export const parentVaspOf = ({ address, state }: PaymentParty): AccountAddress | undefined =>
  readChildVasp(state)?.parentVaspAddress ?? (readParentVasp(state) === undefined ? undefined : address);

/**
 * Tells whether the chain aborts the payment without the payee's parent's signature.
 * @param amount in smallest units of the currency that `info` describes
 * @param microXdxLimit as `readDualAttestationLimit` gives it
 */
export const requiresDualAttestation = (
  payer: PaymentParty,
  payee: PaymentParty,
  amount: bigint,
  info: CurrencyInfo,
  microXdxLimit: bigint,
): boolean => {
  if (approximateXdxValue(info, amount) < microXdxLimit || equal(payer.address, payee.address)) return false;
  const [from, to] = [parentVaspOf(payer), parentVaspOf(payee)];
  return from !== undefined && to !== undefined && !equal(from, to);
};

/** Tells what the payee's parent signs with its compliance key: not BCS, no seed. */
export const dualAttestationMessage = (metadata: Uint8Array, payer: AccountAddress, amount: bigint): Uint8Array =>
  concat(metadata, payer, encode(u64, amount), DOMAIN_SEPARATOR);

/** @param complianceSeed the 32 bytes of the compliance key's RFC 8032 private key */
export const signDualAttestation = (
  complianceSeed: Uint8Array,
  metadata: Uint8Array,
  payer: AccountAddress,
  amount: bigint,
): Uint8Array => sign(complianceSeed, dualAttestationMessage(metadata, payer, amount));

/** @param compliancePublicKey of the payee's parent, as its credential holds it */
export const verifyDualAttestation = (
  compliancePublicKey: Uint8Array,
  metadata: Uint8Array,
  payer: AccountAddress,
  amount: bigint,
  signature: Uint8Array,
): boolean => verifyStrict(compliancePublicKey, dualAttestationMessage(metadata, payer, amount), signature);
