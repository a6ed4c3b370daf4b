/** The fields of a transaction before it is signed. Source: types/src/transaction/mod.rs. */
import { type Codec, string, struct, u8, u64 } from "../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";

/** A transaction with a payload of some kinds. */
export interface RawTransactionOf<P> {
  readonly sender: AccountAddress;
  readonly sequenceNumber: bigint;
  readonly payload: P;
  readonly maxGasAmount: bigint;
  /** In micro units of the gas currency. */
  readonly gasUnitPrice: bigint;
  readonly gasCurrencyCode: string;
  /** The transaction executes only in a block whose time, in whole seconds, is *below* this. */
  readonly expirationTimestampSecs: bigint;
  readonly chainId: number;
}

export const rawTransactionOf = <P>(payload: Codec<P>): Codec<RawTransactionOf<P>> =>
  struct<RawTransactionOf<P>>({
    sender: accountAddress,
    sequenceNumber: u64,
    payload,
    maxGasAmount: u64,
    gasUnitPrice: u64,
    gasCurrencyCode: string,
    expirationTimestampSecs: u64,
    chainId: u8,
  });
