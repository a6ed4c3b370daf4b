/** How a payment to custody ends: the first rule of PROTOCOL 3, 'Deposits', that fits. */
import { feeOf } from "../config/fee.js";
import { worthBefore } from "../payout/worth.js";
import {
  addMint,
  type BatchContext,
  type BatchDraft,
  type CurrencyDraft,
  countItem,
  currencyOf,
  withCurrency,
} from "../settlement/batch-draft.js";
import type { DepositLookups } from "../settlement/items.js";
import { pass } from "../settlement/windows.js";
import { type Deposit, depositAt } from "./deposit.js";
import type { DepositWait, KeptReason, RefundReason } from "./deposit-result.js";
import { depositTarget } from "./deposit-target.js";
import { refundDeposit, type SettledDeposit } from "./refund-deposit.js";

const keep = (draft: BatchDraft, { number }: Deposit, reason: KeptReason): SettledDeposit => ({
  draft,
  result: { number, type: "kept", reason },
});

const wait = (draft: BatchDraft, { number }: Deposit, reason: DepositWait): SettledDeposit => ({
  draft,
  result: { number, type: "waits", reason },
});

/** Mints what the fee leaves within the mint window, or waits for the next. */
const mintDeposit = (
  context: BatchContext,
  draft: BatchDraft,
  { config, state }: CurrencyDraft,
  deposit: Deposit,
  account: Uint8Array,
  returned: bigint | undefined,
): SettledDeposit => {
  const { number, payment } = deposit;
  const minted = pass(state.minted, config.windows.mint, context.facts.parachain.time, payment.amount);
  if (minted === undefined) return wait(draft, deposit, "mint-window");
  const fee = feeOf(config.fees.deposit, payment.amount);
  const amount = payment.amount - fee;
  const changed = withCurrency(context, draft, config.code, { ...state, minted, fees: state.fees + fee });
  const worth = returned === undefined ? payment.amount : worthBefore(config.fees.withdrawal, config, payment.amount);
  return {
    draft: countItem(addMint(context, changed, config, account, amount), config, worth),
    result: { number, type: "minted", account, amount, fee, returned },
  };
};

/** Pays a returned payout to its refund account: of any amount, by whoever sent it. */
const settleReturned = (
  context: BatchContext,
  draft: BatchDraft,
  currency: CurrencyDraft,
  deposit: Deposit,
  { release, account }: { readonly release: bigint; readonly account: Uint8Array },
): SettledDeposit => {
  const { config } = currency;
  const amount = deposit.payment.amount - feeOf(config.fees.deposit, deposit.payment.amount);
  if (amount <= 0n) return keep(draft, deposit, "nothing-left");
  if (!context.receivers.canReceive(config.assetId, account, amount))
    return wait(draft, deposit, "return-not-receivable");
  return mintDeposit(context, draft, currency, deposit, account, release);
};

/**
 * Tells why a payment of that amount can't be minted to its beneficiary, windows aside; undefined
 * if it can.
 */
export const whyNotMinted = (
  { receivers }: BatchContext,
  { config }: CurrencyDraft,
  paid: bigint,
  account: Uint8Array,
): RefundReason | undefined => {
  const amount = paid - feeOf(config.fees.deposit, paid);
  if (paid < config.minimum || amount <= 0n) return "below-minimum";
  if (paid > config.maximum) return "above-maximum";
  return receivers.canReceive(config.assetId, account, amount) ? undefined : "not-receivable";
};

/**
 * Settles one deposit, or finds that it waits. Nothing that is left out changes how it ends: every
 * look-up that the rules need must be proven. The lists of what waits and what is kept are the
 * caller's.
 * @throws RefusedError `refused/no-such-deposit`, `refused/diem-root`; ProofError
 * `proof/not-shown`, or of `verifyLeaf`
 */
export const settleDeposit = (
  context: BatchContext,
  draft: BatchDraft,
  number: bigint,
  lookups: DepositLookups,
): SettledDeposit => {
  const deposit = depositAt(context, number);
  const currency = currencyOf(context, draft, deposit.payment.currency);
  if (currency === undefined) return keep(draft, deposit, "unbridged-currency");
  const target = depositTarget(context, deposit, lookups);
  switch (target.type) {
    case "returned":
      return settleReturned(context, draft, currency, deposit, target);
    case "returned-refund":
      return keep(draft, deposit, "returned-refund");
    case "none":
      return refundDeposit(context, draft, currency, deposit, target.reason);
    case "beneficiary": {
      const reason = whyNotMinted(context, currency, deposit.payment.amount, target.account);
      return reason === undefined
        ? mintDeposit(context, draft, currency, deposit, target.account, undefined)
        : refundDeposit(context, draft, currency, deposit, reason);
    }
  }
};
