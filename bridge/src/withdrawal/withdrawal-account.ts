/** Keyless accounts on the parachain: sending wrapped asset to one is a withdrawal (PROTOCOL 3). */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, encode, fixedBytes, option, struct } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";

/** What a withdrawal account stands for. */
export const withdrawalPreimage = struct({
  payee: accountAddress,
  /** The payee's, 8 bytes. */
  subaddress: option(fixedBytes(8)),
  /** Who gets a payout that can't be made or comes back, 32 bytes. */
  refundAccount: fixedBytes(32),
});
export type WithdrawalPreimage = Decoded<typeof withdrawalPreimage>;

const WITHDRAWAL_TAG = utf8("pdiem/withdrawal/v2");

/**
 * Computes the account whose wrapped assets are paid out to the preimage's payee.
 * @param bridgeId 32 bytes
 */
export const withdrawalAccount = (bridgeId: Uint8Array, preimage: WithdrawalPreimage): Uint8Array =>
  blake2b256(WITHDRAWAL_TAG, bridgeId, encode(withdrawalPreimage, preimage));
