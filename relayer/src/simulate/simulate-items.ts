/**
 * The bridge's rules, run item by item on what has been proven so far. They tell what to leave out
 * and what to prove.
 */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { checkCustody } from "@pdiem/bridge/custody/custody";
import { admitDeposits } from "@pdiem/bridge/deposit/admit-deposits";
import type { DepositResult } from "@pdiem/bridge/deposit/deposit-result";
import { settleWaiting } from "@pdiem/bridge/deposit/settle-waiting";
import type { WaitingResult } from "@pdiem/bridge/deposit/waiting-result";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { underLimits } from "@pdiem/bridge/governance/limits";
import { checkOperating } from "@pdiem/bridge/governance/operating";
import { foldReleases } from "@pdiem/bridge/payout/fold";
import { type BatchContext, type BatchDraft, draftOf } from "@pdiem/bridge/settlement/batch-draft";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import { claimFees } from "@pdiem/bridge/settlement/claim-fees";
import { isWorthwhile } from "@pdiem/bridge/settlement/economy";
import type { Admission, Items, WaitingItem, WithdrawalItem } from "@pdiem/bridge/settlement/items";
import { createReceivers } from "@pdiem/bridge/settlement/receivable";
import { registerAccounts } from "@pdiem/bridge/settlement/register-accounts";
import { setTeams, thawAccounts } from "@pdiem/bridge/settlement/team";
import { settleWithdrawal } from "@pdiem/bridge/withdrawal/settle-withdrawal";
import type { WithdrawalResult } from "@pdiem/bridge/withdrawal/withdrawal-result";
import type { LedgerTrees } from "@pdiem/bridge-client/journal/history";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import type { Needs } from "./needs.js";
import { isNotShown, recordMisses } from "./recorder.js";

/** A leaf of `ledger.waiting` to try: its path depends on what the batch clears before it. */
export type WaitingTry = Omit<WaitingItem, "path">;

/** What a batch might hold. */
export interface Tries extends Omit<Items, "waiting"> {
  readonly waiting: readonly WaitingTry[];
}

/** An item that the rules refuse for now. */
export interface Refused<T> {
  readonly item: T;
  readonly error: PdiemError;
}

/** What the rules make of the items on the facts proven so far. */
export interface Simulated {
  /** What they looked up in vain. While there is any, the rest is unfinished. */
  readonly misses: Needs;
  /**
   * Items that settle together. What goes on waiting isn't among them; a deposit that is refused is
   * put off.
   */
  readonly items: Items;
  readonly isWorthwhile: boolean;
  /** How each ends that isn't refused, those that go on waiting included. */
  readonly waiting: readonly WaitingResult[];
  readonly deposits: readonly DepositResult[];
  readonly withdrawals: readonly WithdrawalResult[];
  readonly refused: {
    readonly waiting: readonly Refused<WaitingTry>[];
    /** By their numbers. */
    readonly deposits: readonly Refused<bigint>[];
    readonly withdrawals: readonly Refused<WithdrawalItem>[];
    readonly registrations: readonly Refused<Uint8Array>[];
    readonly feeClaims: readonly Refused<string>[];
    readonly thaws: readonly Refused<Items["thaws"][number]>[];
    readonly fold: readonly Refused<number>[];
  };
}

interface Outcome<Result> {
  readonly draft: BatchDraft;
  readonly result: Result;
  /** Whether it ends something, and so belongs into the batch. */
  readonly isDone?: boolean;
}

interface Tried<Item, Result> {
  readonly draft: BatchDraft;
  readonly done: readonly Item[];
  readonly results: readonly Result[];
  readonly refused: readonly Refused<Item>[];
}

/** Applies a rule to one item after the other: what it refuses leaves the draft as it was. */
const tryEach = <Item, Result>(
  before: BatchDraft,
  items: readonly Item[],
  rule: (draft: BatchDraft, item: Item) => Outcome<Result>,
): Tried<Item, Result> => {
  let draft = before;
  const done: Item[] = [];
  const results: Result[] = [];
  const refused: Refused<Item>[] = [];
  for (const item of items) {
    try {
      const { isDone = true, ...step } = rule(draft, item);
      draft = step.draft;
      results.push(step.result);
      if (isDone) done.push(item);
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      if (!isNotShown(error)) refused.push({ item, error });
    }
  }
  return { draft, done, results, refused };
};

/** Tries waiting leaves with paths that follow what was cleared before. */
const tryWaiting = (
  context: BatchContext,
  before: BatchDraft,
  waiting: LedgerTrees["waiting"],
  items: readonly WaitingTry[],
): Tried<WaitingTry, WaitingResult> & { readonly items: readonly WaitingItem[] } => {
  const tree = waiting.copy();
  const cleared: WaitingItem[] = [];
  const tried = tryEach(before, items, (draft, one): Outcome<WaitingResult> => {
    const item = { ...one, path: tree.path(one.index) };
    const { draft: changed, results } = settleWaiting(context, draft, [item]);
    const [result] = results as readonly [WaitingResult];
    const isDone = result.result.type !== "waits";
    if (isDone) {
      tree.clear(one.index);
      cleared.push(item);
    }
    return { draft: changed, result, isDone };
  });
  return { ...tried, items: cleared };
};

interface Admitted {
  readonly draft: BatchDraft;
  readonly admissions: readonly Admission[];
  readonly results: readonly DepositResult[];
  readonly refused: readonly Refused<bigint>[];
}

/** Joins neighbours that are put off. */
const withPutOff = (admissions: readonly Admission[], count: number): readonly Admission[] => {
  const last = admissions.at(-1);
  if (last?.type !== "putOff") return [...admissions, { type: "putOff", value: count }];
  return [...admissions.slice(0, -1), { type: "putOff", value: last.value + count }];
};

const PUT_OFF: Admission = { type: "putOff", value: 1 };

/**
 * Takes deposits up in order: one that is refused is put off, as nothing behind it may wait for
 * it.
 */
const tryAdmissions = (context: BatchContext, before: BatchDraft, admissions: readonly Admission[]): Admitted => {
  let draft = before;
  let admitted: readonly Admission[] = [];
  const results: DepositResult[] = [];
  const refused: Refused<bigint>[] = [];
  for (const admission of admissions) {
    try {
      const one = admitDeposits(context, draft, [admission]);
      draft = one.draft;
      results.push(...one.results);
      admitted = admission.type === "putOff" ? withPutOff(admitted, admission.value) : [...admitted, admission];
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      // The nodes have fewer deposits than were proven before: whatever comes next isn't there
      // either.
      if (error.code === "refused/no-such-deposit") break;
      if (!isNotShown(error)) refused.push({ item: draft.deposits, error });
      draft = admitDeposits(context, draft, [PUT_OFF]).draft;
      admitted = withPutOff(admitted, 1);
    }
  }
  return { draft, admissions: admitted, results, refused };
};

/**
 * Runs the rules on items in the order in which a batch settles them.
 * @param facts with everything that every batch needs; what single items need may be missing
 * @param waiting the tree of `ledger.waiting`
 * @throws RefusedError `refused/governance`, `refused/paused`, and those of `checkCustody`
 */
export const simulateItems = (
  bridge: BridgeState,
  facts: Facts,
  waiting: LedgerTrees["waiting"],
  tries: Tries,
): Simulated => {
  const { issuer, ledger } = bridge;
  const governance = governanceInForce(bridge.config, ledger, bridge.governance);
  checkOperating(governance);
  const config = underLimits(bridge.config, governance.limits);
  const custody = checkCustody(config, issuer, facts.diem);
  const recorder = recordMisses(facts, custody.account.sentEvents.key);
  const receivers = createReceivers(config, recorder.facts.parachain, issuer);
  const id = bridgeId(bridge.config);
  const context = { config, bridgeId: id, issuer, ledger, facts: recorder.facts, custody, receivers };

  const teams = setTeams(context, draftOf(ledger), governance, tries.withoutTeam);
  const thaws = tryEach(teams, tries.thaws, (draft, one) => ({
    draft: thawAccounts(context, draft, governance, [one]),
    result: one,
  }));
  const waited = tryWaiting(context, thaws.draft, waiting, tries.waiting);
  const admitted = tryAdmissions(context, waited.draft, tries.admissions);
  const withdrawals = tryEach(admitted.draft, tries.withdrawals, (draft, item) => {
    const { draft: changed, result } = settleWithdrawal(context, draft, item);
    return { draft: changed, result, isDone: result.type !== "waits" };
  });
  const claims = tryEach(withdrawals.draft, tries.feeClaims, (draft, code) => ({
    draft: claimFees(context, draft, [code]),
    result: code,
  }));
  const accounts = tryEach(claims.draft, tries.registrations, (draft, account) => ({
    draft: registerAccounts(context, draft, [account]),
    result: account,
  }));
  // What can't be folded must not hold up what can be settled.
  const fold = tryEach(accounts.draft, [tries.fold], (draft, count) => ({
    draft: foldReleases(context, draft, count),
    result: count,
  }));
  return {
    misses: recorder.misses(),
    items: {
      waiting: waited.items,
      admissions: admitted.admissions,
      withdrawals: withdrawals.done,
      registrations: accounts.done,
      feeClaims: claims.done,
      fold: fold.done[0] ?? 0,
      thaws: thaws.done,
      withoutTeam: tries.withoutTeam,
      checkpoints: tries.checkpoints,
    },
    isWorthwhile: isWorthwhile(ledger, governance, fold.draft, facts.parachain.time),
    waiting: waited.results,
    deposits: admitted.results,
    withdrawals: withdrawals.results,
    refused: {
      waiting: waited.refused,
      deposits: admitted.refused,
      withdrawals: withdrawals.refused,
      registrations: accounts.refused,
      feeClaims: claims.refused,
      thaws: thaws.refused,
      fold: fold.refused,
    },
  };
};
