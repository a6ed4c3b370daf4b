/** What the bridge owes on Diem. Its index is its leaf number in `ledger.releases`. */
import {
  type Codec,
  enumeration,
  fixedBytes,
  option,
  string,
  struct,
  type Union,
  u64,
} from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";

/** Why something is owed: a deposit sent back, or a withdrawal. */
export type ReleaseOrigin = Union<{
  /** By number in custody's received-payment events. */
  readonly deposit: { readonly number: bigint };
  /** The withdrawal account, and where the money goes if it comes back; both 32 bytes. */
  readonly withdrawal: { readonly account: Uint8Array; readonly refundAccount: Uint8Array | undefined };
}>;

export interface Release {
  /** Diem's code. */
  readonly currency: string;
  /** In the currency's smallest units, what the payee gets. */
  readonly amount: bigint;
  readonly payee: AccountAddress;
  /** The payee's, 8 bytes. */
  readonly subaddress: Uint8Array | undefined;
  readonly origin: ReleaseOrigin;
}

const account = fixedBytes(32);

export const release: Codec<Release> = struct<Release>({
  currency: string,
  amount: u64,
  payee: accountAddress,
  subaddress: option(fixedBytes(8)),
  origin: enumeration("ReleaseOrigin", {
    deposit: [0, struct<{ readonly number: bigint }>({ number: u64 })],
    withdrawal: [
      1,
      struct<{ readonly account: Uint8Array; readonly refundAccount: Uint8Array | undefined }>({
        account,
        refundAccount: option(account),
      }),
    ],
  }),
});
