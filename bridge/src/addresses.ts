/** Where users send money: on Diem to custody with a subaddress or metadata, on the parachain to keyless accounts. */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Codec, encode, fixedBytes, option, struct } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { encodeAccountIdentifier } from "@pdiem/light-client/diem/address/account-identifier";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import type { BridgeConfig } from "./config.js";
import { hexOf, type Json, optional, record } from "./json.js";
import { accountSubaddress } from "./subaddress.js";

/** The DIP-5 address that pays the `index`th registered account: any Diem wallet takes it. */
export const depositAddress = ({ diem }: BridgeConfig, index: bigint): string =>
  encodeAccountIdentifier(diem.hrp, diem.custody, accountSubaddress(index));

/** Metadata of a payment to custody for an account that needn't be registered. @param account 32 bytes */
export const rawDepositMetadata = (account: Uint8Array): Uint8Array =>
  encodeMetadata({ type: "unstructuredBytes", value: { metadata: account } });

/** What a withdrawal account stands for. */
export interface WithdrawalPreimage {
  readonly payee: AccountAddress;
  /** The payee's, 8 bytes. */
  readonly subaddress: Uint8Array | undefined;
  /** Who gets a payout that can't be made or comes back, 32 bytes. */
  readonly refundAccount: Uint8Array | undefined;
}

export const withdrawalPreimage: Codec<WithdrawalPreimage> = struct<WithdrawalPreimage>({
  payee: accountAddress,
  subaddress: option(fixedBytes(8)),
  refundAccount: option(fixedBytes(32)),
});

export const withdrawalPreimageJson: Json<WithdrawalPreimage> = record<WithdrawalPreimage>({
  payee: hexOf(16),
  subaddress: optional(hexOf(8)),
  refundAccount: optional(hexOf(32)),
});

const WITHDRAWAL_TAG = utf8("pdiem/withdrawal/v1");

/** The keyless account whose wrapped assets are paid out to the preimage's payee. @param bridgeId 32 bytes */
export const withdrawalAccount = (bridgeId: Uint8Array, preimage: WithdrawalPreimage): Uint8Array =>
  blake2b256(WITHDRAWAL_TAG, bridgeId, encode(withdrawalPreimage, preimage));
