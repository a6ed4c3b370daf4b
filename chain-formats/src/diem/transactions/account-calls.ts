/**
 * Calls that make and change accounts. Sources:
 * language/diem-framework/modules/{AccountCreationScripts,AccountAdministrationScripts}.move.
 */
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import {
  type AuthenticationKey,
  authenticationKeyPrefix,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { currencyType } from "@pdiem/light-client/diem/transactions/type-tag";
import type { FrameworkCall } from "./framework-call.js";

export interface ChildVaspAccount {
  readonly currency: string;
  readonly childAddress: AccountAddress;
  /** First 16 bytes of the child's authentication key; the address is its second half. */
  readonly authKeyPrefix: Uint8Array;
  readonly addAllCurrencies: boolean;
  /** Moved from the parent, in smallest units. */
  readonly childInitialBalance: bigint;
}

/** Makes a call, sent by a parent VASP. */
export const createChildVaspAccountCall = (child: ChildVaspAccount): FrameworkCall => ({
  function: "create_child_vasp_account",
  tyArgs: [currencyType(child.currency)],
  args: [
    { type: "address", value: child.childAddress },
    { type: "u8Vector", value: child.authKeyPrefix },
    { type: "bool", value: child.addAllCurrencies },
    { type: "u64", value: child.childInitialBalance },
  ],
});

/** Gives the address and prefix that an authentication key gives to a new child. */
export const childOf = (key: AuthenticationKey): Pick<ChildVaspAccount, "childAddress" | "authKeyPrefix"> => ({
  childAddress: key.subarray(16),
  authKeyPrefix: authenticationKeyPrefix(key),
});

/** @param newKey 32 bytes */
export const rotateAuthenticationKeyCall = (newKey: AuthenticationKey): FrameworkCall => ({
  function: "rotate_authentication_key",
  tyArgs: [],
  args: [{ type: "u8Vector", value: newKey }],
});

export const addCurrencyToAccountCall = (currency: string): FrameworkCall => ({
  function: "add_currency_to_account",
  tyArgs: [currencyType(currency)],
  args: [],
});

/** @param baseUrl UTF-8 @param compliancePublicKey 32 bytes of Ed25519 */
export const rotateDualAttestationInfoCall = (baseUrl: Uint8Array, compliancePublicKey: Uint8Array): FrameworkCall => ({
  function: "rotate_dual_attestation_info",
  tyArgs: [],
  args: [
    { type: "u8Vector", value: baseUrl },
    { type: "u8Vector", value: compliancePublicKey },
  ],
});
