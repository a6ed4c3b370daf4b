/**
 * `0x1::DiemAccount`. Source: types/src/account_config/resources/, there account.rs, balance.rs,
 * withdraw_capability.rs and key_rotation_capability.rs.
 */
import { bytes, option, struct, u64 } from "../../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../../address/account-address.js";
import { currencyType } from "../../transactions/type-tag.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";
import { type EventHandle, eventHandle } from "../event.js";

/** What makes an address an account. */
export interface DiemAccount {
  /** 32 bytes. */
  readonly authenticationKey: Uint8Array;
  /**
   * The account that the capability is for, which is this one; absent: delegated to somebody else.
   */
  readonly withdrawCapability: AccountAddress | undefined;
  /** Capability to rotate the key; see `withdrawCapability`. */
  readonly keyRotationCapability: AccountAddress | undefined;
  readonly receivedEvents: EventHandle;
  readonly sentEvents: EventHandle;
  readonly sequenceNumber: bigint;
}

/** In the currency's smallest units. */
export interface Balance {
  readonly coin: bigint;
}

export const diemAccount: Resource<DiemAccount> = coreResource(
  "DiemAccount",
  "DiemAccount",
  struct<DiemAccount>({
    authenticationKey: bytes(),
    withdrawCapability: option(accountAddress),
    keyRotationCapability: option(accountAddress),
    receivedEvents: eventHandle,
    sentEvents: eventHandle,
    sequenceNumber: u64,
  }),
);

export const balance = (currencyCode: string): Resource<Balance> =>
  coreResource("DiemAccount", "Balance", struct<Balance>({ coin: u64 }), [currencyType(currencyCode)]);

/** Reads an account; undefined: the address holds no account, even where it holds modules. */
export const readDiemAccount = (state: AccountState): DiemAccount | undefined => readResource(state, diemAccount);

/** Reads a balance in smallest units; undefined: the account can't hold this currency. */
export const readBalance = (state: AccountState, currencyCode: string): bigint | undefined =>
  readResource(state, balance(currencyCode))?.coin;
