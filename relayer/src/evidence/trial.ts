/** The bridge's rules, run item by item on what has been proven so far, to learn what to leave out and what to prove yet. */
import { bridgeId } from "@pdiem/bridge/config";
import { checkCustody } from "@pdiem/bridge/custody";
import { type DepositOutcome, settleDeposit } from "@pdiem/bridge/deposits";
import { type Draft, draftOf } from "@pdiem/bridge/draft";
import type { Facts } from "@pdiem/bridge/facts";
import type { DepositItem } from "@pdiem/bridge/items";
import { createReceivers } from "@pdiem/bridge/receivable";
import { registerAccounts } from "@pdiem/bridge/registration";
import type { Bridge } from "@pdiem/bridge/settlement";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import type { Needs } from "./needs.js";
import { isNotShown, recordMisses } from "./recorder.js";

export interface Trial {
  /** What the rules looked up in vain. While there is any, the rest is unfinished. */
  readonly misses: Needs;
  /** Deposits that would settle, or stay open, in order. */
  readonly outcomes: readonly DepositOutcome[];
  readonly deposits: readonly DepositItem[];
  readonly registrations: readonly Uint8Array[];
  /** Items that the rules refuse for now. */
  readonly refusedDeposits: readonly { readonly number: bigint; readonly error: PdiemError }[];
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
 * @throws RefusedError as `checkCustody`
 */
export const tryItems = (
  bridge: Bridge,
  facts: Facts,
  deposits: readonly DepositItem[],
  registrations: readonly Uint8Array[],
): Trial => {
  const { config, issuer, ledger, profile } = bridge;
  const custody = checkCustody(config, issuer, facts.diem);
  const recorder = recordMisses(facts, custody.account.sentEvents.key);
  const receivers = createReceivers(recorder.facts.parachain, profile);
  const context = { config, bridgeId: bridgeId(config), ledger, facts: recorder.facts, custody, receivers };
  let draft: Draft = draftOf(ledger);
  const outcomes: DepositOutcome[] = [];
  const settled: DepositItem[] = [];
  const refusedDeposits: { number: bigint; error: PdiemError }[] = [];
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
  for (const account of registrations) {
    const tried = attempt(() => registerAccounts(context, draft, issuer, [account]));
    if ("value" in tried) accepted.push(account);
    else if (!isNotShown(tried.error)) refusedAccounts.push({ account, error: tried.error });
  }
  return {
    misses: recorder.misses(),
    outcomes,
    deposits: settled,
    registrations: accepted,
    refusedDeposits,
    refusedAccounts,
  };
};
