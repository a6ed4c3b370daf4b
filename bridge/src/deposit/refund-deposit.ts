/** Refunds of PROTOCOL 3, 'Deposits': a release to the sender, within the refund window. */
import { feeOf } from "../config/fee.js";
import type { Release } from "../ledger/release.js";
import { isGasFree } from "../payout/gas.js";
import {
  addRelease,
  type BatchContext,
  type BatchDraft,
  type CurrencyDraft,
  countItem,
  nextRelease,
  withCurrency,
} from "../settlement/batch-draft.js";
import { pass } from "../settlement/windows.js";
import { type Unpayable, whyUnpayable } from "../withdrawal/payable.js";
import type { Deposit } from "./deposit.js";
import type { DepositResult, DepositWait, RefundReason } from "./deposit-result.js";
import { readSenderSubaddress } from "./destination.js";

/** How a deposit ends, and what it changes but for the list of what waits. */
export interface SettledDeposit {
  readonly draft: BatchDraft;
  readonly result: DepositResult;
}

const WAITS: { readonly [U in Exclude<Unpayable, "family">]: DepositWait } = {
  absent: "sender-absent",
  currency: "sender-without-currency",
  frozen: "sender-frozen",
  "dual-attestation": "sender-needs-attestation",
};

/**
 * Sends a deposit back, keeps it where nothing can be sent back ever, or lets it wait.
 * @throws RefusedError `refused/diem-root`; ProofError `proof/not-shown`
 */
export const refundDeposit = (
  context: BatchContext,
  draft: BatchDraft,
  { config, state }: CurrencyDraft,
  { number, payment }: Deposit,
  reason: RefundReason,
): SettledDeposit => {
  const { currency, payer: payee } = payment;
  const fee = feeOf(config.fees.refund, payment.amount);
  const amount = payment.amount - fee;
  if (amount <= 0n) return { draft, result: { number, type: "kept", reason: "nothing-left" } };
  const { custody, facts } = context;
  const unpayable = whyUnpayable(context.config, custody.state, facts.diem, { currency, amount, payee });
  if (unpayable === "family") return { draft, result: { number, type: "kept", reason: "sender-of-custody" } };
  const wait = (why: DepositWait): SettledDeposit => ({ draft, result: { number, type: "waits", reason: why } });
  if (unpayable !== undefined) return wait(WAITS[unpayable]);
  if (!isGasFree(facts.diem)) return wait("gas-price");
  const refunded = pass(state.refunded, config.windows.refund, facts.parachain.time, payment.amount);
  if (refunded === undefined) return wait("refund-window");
  const subaddress = readSenderSubaddress(payment.metadata);
  const release: Release = { currency, amount, payee, subaddress, origin: { type: "deposit", value: { number } } };
  const part = { ...state, refunded, fees: state.fees + fee, owed: state.owed + amount };
  const changed = addRelease(withCurrency(context, draft, currency, part), release);
  return {
    draft: countItem(changed, config, payment.amount),
    result: { number, type: "refunded", reason, index: nextRelease(context, draft), release, fee },
  };
};
