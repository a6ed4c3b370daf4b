/** What the bridge owes on Diem (PROTOCOL 2). Its index is its leaf number in `ledger.releases`. */
import { type Decoded, enumeration, fixedBytes, option, string, struct, u64 } from "@pdiem/light-client/codec/bcs";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";

export const releaseOrigin = enumeration("ReleaseOrigin", {
  /** A deposit that is sent back, by its number in custody's received events. */
  deposit: [0, struct({ number: u64 })],
  /** A withdrawal account, and who gets the money if it comes back: 32 bytes each. */
  withdrawal: [1, struct({ account: fixedBytes(32), refundAccount: fixedBytes(32) })],
});
export type ReleaseOrigin = Decoded<typeof releaseOrigin>;

export const release = struct({
  /** Diem's code. */
  currency: string,
  /** What the payee gets, in the currency's smallest units. */
  amount: u64,
  payee: accountAddress,
  /** The payee's, 8 bytes. */
  subaddress: option(fixedBytes(8)),
  origin: releaseOrigin,
});
export type Release = Decoded<typeof release>;
