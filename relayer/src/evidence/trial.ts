/** The bridge's rules, run item by item on what has been proven so far, to learn what to leave out and what to prove yet. */
import { bridgeId } from "@pdiem/bridge/config";
import { checkCustody } from "@pdiem/bridge/custody";
import { type DepositOutcome, settleDeposit } from "@pdiem/bridge/deposits";
import { type Draft, draftOf } from "@pdiem/bridge/draft";
import type { Facts } from "@pdiem/bridge/facts";
import { claimFees } from "@pdiem/bridge/fees";
import { operate, underLimits } from "@pdiem/bridge/guardians/operating";
import type { DepositItem, WithdrawalItem } from "@pdiem/bridge/items";
import { foldPayments } from "@pdiem/bridge/paid";
import { createReceivers } from "@pdiem/bridge/receivable";
import { registerAccounts } from "@pdiem/bridge/registration";
import type { Bridge } from "@pdiem/bridge/settlement";
import { settleWithdrawal, type WithdrawalOutcome } from "@pdiem/bridge/withdrawals";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import type { Needs } from "./needs.js";
import { isNotShown, recordMisses } from "./recorder.js";

/** What a batch might hold. */
export interface TrialItems {
  readonly deposits: readonly DepositItem[];
  readonly withdrawals: readonly WithdrawalItem[];
  readonly registrations: readonly Uint8Array[];
  /** Codes of currencies. */
  readonly feeClaims: readonly string[];
  /** How many of custody's sent events to fold. */
  readonly sentEvents: number;
}

export interface Trial extends TrialItems {
  /** What the rules looked up in vain. While there is any, the rest is unfinished. */
  readonly misses: Needs;
  /** Deposits that would settle, or stay open, in order. */
  readonly outcomes: readonly DepositOutcome[];
  /** All withdrawals that aren't refused, those that wait included. */
  readonly withdrawalOutcomes: readonly WithdrawalOutcome[];
  /** Items that the rules refuse for now. */
  readonly refusedDeposits: readonly { readonly number: bigint; readonly error: PdiemError }[];
  readonly refusedWithdrawals: readonly { readonly item: WithdrawalItem; readonly error: PdiemError }[];
  readonly refusedClaims: readonly { readonly code: string; readonly error: PdiemError }[];
  readonly refusedAccounts: readonly { readonly account: Uint8Array; readonly error: PdiemError }[];
}

type Attempt<T> = { readonly value: T } | { readonly error: PdiemError };

const attempt = <T>(run: () => T): Attempt<T> => {
  try {
    return { value: run() };
  } catch (error) {
    if (isPdiemError(error)) return { error };
    throw error;
  }
};

/**
 * @param facts with everything that every batch needs; what single items need may be missing
 * @throws RefusedError as `operate` and `checkCustody`
 */
export const tryItems = (
  bridge: Bridge,
  facts: Facts,
  { deposits, withdrawals, registrations, feeClaims, sentEvents }: TrialItems,
): Trial => {
  const { issuer, ledger, profile } = bridge;
  const config = underLimits(bridge.config, operate(bridge, facts.parachain));
  const custody = checkCustody(config, issuer, facts.diem);
  const recorder = recordMisses(facts, custody.account.sentEvents.key);
  const receivers = createReceivers(recorder.facts.parachain, profile);
  const context = { config, bridgeId: bridgeId(bridge.config), ledger, facts: recorder.facts, custody, receivers };
  let draft: Draft = draftOf(ledger);
  const outcomes: DepositOutcome[] = [];
  const settled: DepositItem[] = [];
  const refusedDeposits: { number: bigint; error: PdiemError }[] = [];
  const withdrawalOutcomes: WithdrawalOutcome[] = [];
  const burned: WithdrawalItem[] = [];
  const refusedWithdrawals: { item: WithdrawalItem; error: PdiemError }[] = [];
  const claimed: string[] = [];
  const refusedClaims: { code: string; error: PdiemError }[] = [];
  const refusedAccounts: { account: Uint8Array; error: PdiemError }[] = [];
  const accepted: Uint8Array[] = [];
  for (const item of deposits) {
    const tried = attempt(() => settleDeposit(context, draft, item));
    if ("error" in tried) {
      if (!isNotShown(tried.error)) refusedDeposits.push({ number: item.number, error: tried.error });
      continue;
    }
    draft = tried.value.draft;
    outcomes.push(tried.value.outcome);
    if (tried.value.outcome.type !== "open") settled.push(item);
  }
  for (const item of withdrawals) {
    const tried = attempt(() => settleWithdrawal(context, draft, item));
    if ("error" in tried) {
      if (!isNotShown(tried.error)) refusedWithdrawals.push({ item, error: tried.error });
      continue;
    }
    draft = tried.value.draft;
    withdrawalOutcomes.push(tried.value.outcome);
    if (tried.value.outcome.type !== "waits") burned.push(item);
  }
  for (const code of feeClaims) {
    const tried = attempt(() => claimFees(context, draft, code));
    if ("error" in tried) {
      if (!isNotShown(tried.error)) refusedClaims.push({ code, error: tried.error });
      continue;
    }
    draft = tried.value;
    claimed.push(code);
  }
  for (const account of registrations) {
    const tried = attempt(() => registerAccounts(context, draft, issuer, [account]));
    if ("value" in tried) accepted.push(account);
    else if (!isNotShown(tried.error)) refusedAccounts.push({ account, error: tried.error });
  }
  // What can't be folded must not hold up what can be settled.
  const folds = "value" in attempt(() => foldPayments(context, draft, sentEvents));
  return {
    misses: recorder.misses(),
    outcomes,
    withdrawalOutcomes,
    deposits: settled,
    withdrawals: burned,
    registrations: accepted,
    feeClaims: claimed,
    sentEvents: folds ? sentEvents : 0,
    refusedDeposits,
    refusedWithdrawals,
    refusedClaims,
    refusedAccounts,
  };
};
