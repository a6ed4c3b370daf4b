/** The bridge's rules, run item by item on what has been proven so far, to learn what to leave out and what to prove yet. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { checkCustody } from "@pdiem/bridge/custody/custody";
import { type DepositOutcome, settleDeposit } from "@pdiem/bridge/deposit/settle-deposit";
import { type Draft, draftOf } from "@pdiem/bridge/settlement/batch-draft";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { claimFees } from "@pdiem/bridge/settlement/fees";
import { operate, underLimits } from "@pdiem/bridge/governance/operating";
import type { DepositItem, WithdrawalItem } from "@pdiem/bridge/settlement/items";
import { foldPayments } from "@pdiem/bridge/payout/fold";
import { createReceivers } from "@pdiem/bridge/settlement/receivable";
import { registerAccounts } from "@pdiem/bridge/settlement/registration";
import type { Bridge } from "@pdiem/bridge/settlement/settle";
import { settleWithdrawal, type WithdrawalOutcome } from "@pdiem/bridge/withdrawal/settle-withdrawal";
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

/** An item that the rules refuse for now. */
export interface Refused<T> {
  readonly item: T;
  readonly error: PdiemError;
}

/** The items of it are those that would settle. */
export interface Trial extends TrialItems {
  /** What the rules looked up in vain. While there is any, the rest is unfinished. */
  readonly misses: Needs;
  /** Of deposits that would settle, or stay open, in order. */
  readonly outcomes: readonly DepositOutcome[];
  /** Of all withdrawals that aren't refused, those that wait included. */
  readonly withdrawalOutcomes: readonly WithdrawalOutcome[];
  readonly refused: {
    readonly deposits: readonly Refused<DepositItem>[];
    readonly withdrawals: readonly Refused<WithdrawalItem>[];
    readonly registrations: readonly Refused<Uint8Array>[];
    readonly feeClaims: readonly Refused<string>[];
  };
}

interface Tried<Item, Outcome> {
  readonly draft: Draft;
  readonly accepted: readonly { readonly item: Item; readonly outcome: Outcome }[];
  readonly refused: readonly Refused<Item>[];
}

type Rule<Item, Outcome> = (draft: Draft, item: Item) => { readonly draft: Draft; readonly outcome: Outcome };

/** Applies a rule to one item after the other: what it refuses leaves the draft as it was. */
const tryEach = <Item, Outcome>(
  before: Draft,
  items: readonly Item[],
  rule: Rule<Item, Outcome>,
): Tried<Item, Outcome> => {
  let draft = before;
  const accepted: { item: Item; outcome: Outcome }[] = [];
  const refused: Refused<Item>[] = [];
  for (const item of items) {
    try {
      const settled = rule(draft, item);
      draft = settled.draft;
      accepted.push({ item, outcome: settled.outcome });
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      if (!isNotShown(error)) refused.push({ item, error });
    }
  }
  return { draft, accepted, refused };
};

const itemsOf = <Item>(accepted: readonly { readonly item: Item }[]): readonly Item[] =>
  accepted.map(({ item }) => item);

/**
 * @param facts with everything that every batch needs; what single items need may be missing
 * @throws RefusedError as `operate` and `checkCustody`
 */
export const tryItems = (bridge: Bridge, facts: Facts, items: TrialItems): Trial => {
  const { issuer, ledger, profile } = bridge;
  const config = underLimits(bridge.config, operate(bridge, facts.parachain));
  const custody = checkCustody(config, issuer, facts.diem);
  const recorder = recordMisses(facts, custody.account.sentEvents.key);
  const receivers = createReceivers(recorder.facts.parachain, profile);
  const context = { config, bridgeId: bridgeId(bridge.config), ledger, facts: recorder.facts, custody, receivers };
  const deposits = tryEach(draftOf(ledger), items.deposits, (draft, item) => settleDeposit(context, draft, item));
  const withdrawals = tryEach(deposits.draft, items.withdrawals, (draft, item) =>
    settleWithdrawal(context, draft, item),
  );
  const claims = tryEach(withdrawals.draft, items.feeClaims, (draft, code) => ({
    draft: claimFees(context, draft, code),
    outcome: code,
  }));
  const accounts = tryEach(claims.draft, items.registrations, (draft, account) => ({
    draft: registerAccounts(context, draft, issuer, [account]),
    outcome: account,
  }));
  // What can't be folded must not hold up what can be settled.
  const fold = tryEach(accounts.draft, [items.sentEvents], (draft, count) => ({
    draft: foldPayments(context, draft, count),
    outcome: count,
  }));
  return {
    misses: recorder.misses(),
    outcomes: deposits.accepted.map(({ outcome }) => outcome),
    withdrawalOutcomes: withdrawals.accepted.map(({ outcome }) => outcome),
    deposits: itemsOf(deposits.accepted.filter(({ outcome }) => outcome.type !== "open")),
    withdrawals: itemsOf(withdrawals.accepted.filter(({ outcome }) => outcome.type !== "waits")),
    registrations: itemsOf(accounts.accepted),
    feeClaims: itemsOf(claims.accepted),
    sentEvents: fold.accepted.length === 0 ? 0 : items.sentEvents,
    refused: {
      deposits: deposits.refused,
      withdrawals: withdrawals.refused,
      registrations: accounts.refused,
      feeClaims: claims.refused,
    },
  };
};
