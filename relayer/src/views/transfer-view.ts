import type { BatchPlace } from "../sync/journal/new-batches.js";

/**
 * Where a transfer is on its way: `seen`, `proven`, `settled` where a batch with it stands in a
 * block. It is `finalized` once it has ended, by proof.
 */
export type TransferStage = "seen" | "proven" | "settled" | "finalized";

/** When each stage was reached, ms since 1970. */
export type TransferTimes = { readonly [S in TransferStage]?: number };

/** A release on Diem: a withdrawal's payment, or a deposit's refund. */
export interface PayoutView {
  readonly release: number;
  /**
   * `owed` is not paid yet, `paid` is. `aborted` used its sequence number without paying, and the
   * release waits; `ended` was given back or released anew after that.
   */
  readonly state: "owed" | "paid" | "aborted" | "ended";
  /** Version of the transaction that paid it. */
  readonly version?: string;
  /** Why no payment is made now. */
  readonly waitingFor?: string;
}

interface CommonView {
  readonly id: string;
  readonly stage: TransferStage;
  readonly at?: TransferTimes;
  readonly waitingFor?: string;
  readonly payout?: PayoutView;
}

/**
 * A payment to custody. Amounts are decimal strings in smallest units; bytes are hex without
 * prefix.
 */
export interface PaymentView {
  readonly version: string;
  readonly currency: string;
  readonly amount: string;
  readonly sender: string;
  readonly metadata: string;
}

/**
 * How a deposit ended. Account, amount and asset of a mint are derived from its payment: absent
 * while that isn't known.
 */
export type DepositEndView = BatchPlace &
  (
    | { readonly outcome: "minted"; readonly account?: string; readonly amount?: string; readonly asset?: number }
    | { readonly outcome: "refunded"; readonly release: number; readonly amount: string }
    | { readonly outcome: "kept" }
  );

/** What a withdrawal account holds of a currency, up to its next burn. */
export interface WithdrawalDataView {
  readonly account: string;
  readonly currency: string;
  /** What it holds; once burned, what the fee has left of it. */
  readonly amount: string;
  readonly payee: string;
  readonly subaddress?: string;
  readonly refundAccount: string;
}

/**
 * How a withdrawal ended: paid on Diem, or given back to the refund account, perhaps after its
 * payment aborted.
 */
export type WithdrawalEndView = BatchPlace &
  (
    | { readonly outcome: "paid"; readonly release: number; readonly amount: string }
    | { readonly outcome: "given-back"; readonly to: string; readonly amount: string }
  );

/** A transfer as the API shows it. */
export type TransferView = CommonView &
  (
    | { readonly kind: "deposit"; readonly payment?: PaymentView; readonly result?: DepositEndView }
    | { readonly kind: "withdrawal"; readonly withdrawal: WithdrawalDataView; readonly result?: WithdrawalEndView }
  );
