/**
 * Finds whom a deposit is for: rules 1 and 2 of PROTOCOL 3, 'Deposits', amounts and windows aside.
 */
import { ProofError } from "@pdiem/light-client/error";
import { verifyLeaf } from "../ledger/list.js";
import { ACCOUNTS } from "../ledger/lists.js";
import type { BatchContext } from "../settlement/batch-draft.js";
import type { DepositLookups } from "../settlement/items.js";
import type { Deposit } from "./deposit.js";
import type { RefundReason } from "./deposit-result.js";
import { readDestination } from "./destination.js";
import { releasePaidAt, returnedRelease } from "./returned-payout.js";

export type DepositTarget =
  /** A payout that comes back, by its release; for that release's refund account. */
  | { readonly type: "returned"; readonly release: bigint; readonly account: Uint8Array }
  /** A refund that comes back: nothing that came back is sent back again. */
  | { readonly type: "returned-refund" }
  | { readonly type: "beneficiary"; readonly account: Uint8Array }
  | { readonly type: "none"; readonly reason: RefundReason };

const registeredTarget = (
  { ledger: { accounts } }: BatchContext,
  index: bigint,
  { account }: DepositLookups,
): DepositTarget => {
  if (index >= accounts.numLeaves) return { type: "none", reason: "not-registered" };
  if (account === undefined)
    throw new ProofError("proof/not-shown", `expected registered account ${index} with the deposit`);
  verifyLeaf(ACCOUNTS, accounts, index, account.leaf, account.path);
  return { type: "beneficiary", account: account.leaf };
};

const returnTarget = ({ ledger }: BatchContext, index: bigint | undefined, lookups: DepositLookups): DepositTarget => {
  const release = index === undefined ? undefined : returnedRelease(ledger, index, lookups);
  if (index === undefined || release === undefined) return { type: "none", reason: "no-such-payout" };
  if (release.origin.type === "deposit") return { type: "returned-refund" };
  return { type: "returned", release: index, account: release.origin.value.refundAccount };
};

/**
 * Finds whom a deposit is for by its metadata.
 * @throws ProofError `proof/not-shown` for a look-up that a rule needs and that isn't shown, or of
 * `verifyLeaf`
 */
export const depositTarget = (context: BatchContext, deposit: Deposit, lookups: DepositLookups): DepositTarget => {
  const destination = readDestination(deposit.payment.metadata);
  switch (destination.type) {
    case "release":
      return returnTarget(context, destination.index, lookups);
    case "refunded": {
      const { version } = destination;
      const { sentEvents } = context.custody.account;
      // What isn't older than the deposit can't be what it sends back.
      const isOlder = version < deposit.version;
      const paid = isOlder ? releasePaidAt(context.facts.diem, sentEvents, version, lookups.paymentsBefore) : undefined;
      return returnTarget(context, paid, lookups);
    }
    case "registered":
      return registeredTarget(context, destination.index, lookups);
    case "account":
      return { type: "beneficiary", account: destination.account };
    case "none":
      return { type: "none", reason: "no-beneficiary" };
  }
};
