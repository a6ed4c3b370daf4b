/** How a deposit ends in a batch (PROTOCOL 3, 'Deposits'). Amounts in smallest units. */
import type { Release } from "../ledger/release.js";

export type RefundReason =
  | "no-beneficiary"
  | "not-registered"
  | "below-minimum"
  | "above-maximum"
  | "not-receivable"
  | "no-such-payout";

/** Why a deposit stays with custody: only what can't change. */
export type KeptReason = "nothing-left" | "sender-of-custody" | "returned-refund" | "unbridged-currency";

/** Why a deposit waits: all of it may change. */
export type DepositWait =
  | "mint-window"
  | "refund-window"
  | "return-not-receivable"
  | "sender-absent"
  | "sender-frozen"
  | "sender-without-currency"
  | "sender-needs-attestation"
  | "gas-price";

export type DepositResult = { readonly number: bigint } & (
  | {
      readonly type: "minted";
      readonly account: Uint8Array;
      readonly amount: bigint;
      readonly fee: bigint;
      /** The release that came back, if it is a payout coming back. */
      readonly returned: bigint | undefined;
    }
  | {
      readonly type: "refunded";
      readonly reason: RefundReason;
      readonly index: bigint;
      readonly release: Release;
      readonly fee: bigint;
    }
  | { readonly type: "kept"; readonly reason: KeptReason }
  | { readonly type: "waits"; readonly reason: DepositWait }
);
