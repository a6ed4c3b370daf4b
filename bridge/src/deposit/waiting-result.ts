/** How a leaf of `ledger.waiting` ends in a batch, or that it goes on waiting and isn't cleared. */
import type { Release } from "../ledger/release.js";
import type { DepositResult } from "./deposit-result.js";

/** Why an aborted release goes on waiting. */
export type ReleaseWait = "mint-window" | "refund-not-receivable" | "payee-not-payable";

export type AbortedReleaseResult = { readonly index: bigint } & (
  | { readonly type: "given-back"; readonly account: Uint8Array; readonly amount: bigint }
  | { readonly type: "released-anew"; readonly newIndex: bigint; readonly release: Release }
  | { readonly type: "waits"; readonly reason: ReleaseWait }
);

export type WaitingResult = { readonly leaf: bigint } & (
  | { readonly type: "deposit"; readonly result: DepositResult }
  | { readonly type: "release"; readonly result: AbortedReleaseResult }
);
