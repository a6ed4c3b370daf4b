/** How a withdrawal ends in a batch (PROTOCOL 3, 'Withdrawals'). Amounts in smallest units. */
import type { Release } from "../ledger/release.js";
import type { Unpayable } from "./payable.js";

/** What a withdrawal waits for on its account. */
export type WithdrawalWait =
  | "below-minimum"
  | "account-frozen"
  | "release-window"
  | "refund-not-receivable"
  /** The next batch: this one mints to the account. */
  | "minted-to";

/** What is left on the account, by now or later, is another withdrawal. */
export type WithdrawalResult = { readonly account: Uint8Array; readonly currency: string } & (
  | {
      readonly type: "released";
      /** Before the fee. */
      readonly burned: bigint;
      readonly fee: bigint;
      readonly index: bigint;
      readonly release: Release;
    }
  | {
      readonly type: "given-back";
      readonly burned: bigint;
      readonly fee: bigint;
      readonly refundAccount: Uint8Array;
      readonly amount: bigint;
      readonly unpayable: Unpayable;
    }
  | { readonly type: "waits"; readonly reason: WithdrawalWait; readonly unpayable: Unpayable | undefined }
);
