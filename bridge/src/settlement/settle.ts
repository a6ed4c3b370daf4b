/** One settlement: a pure function from a ledger, proven facts and items to the next ledger and the batch that makes it. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { approveTransfer, type Call, cancelApproval, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { ACCOUNTS, append, RELEASES } from "../ledger/list.js";
import { withdrawalPreimage } from "../withdrawal/addresses.js";
import { anchorOf } from "../ledger/anchor.js";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import { type Custody, checkCustody } from "../custody/custody.js";
import { type DepositOutcome, settleDeposit } from "../deposit/settle-deposit.js";
import { type Context, type Draft, draftOf } from "./batch-draft.js";
import { checkEconomy, earliestBatch, failuresSince, WORTHWHILE_FOLD } from "./economy.js";
import { RefusedError } from "../error.js";
import type { Facts } from "../facts/facts.js";
import { claimFees } from "./fees.js";
import { checkSkew } from "../facts/skew.js";
import type { SettledDecision } from "../governance/decision-chain.js";
import { checkProfile, clockAt, isAnyFrozen, operate, underLimits } from "../governance/operating.js";
import type { Items, WithdrawalItem } from "./items.js";
import type { Ledger } from "../ledger/ledger.js";
import { foldPayments } from "../payout/fold.js";
import { isApproved, issuerOf, liveAssetOf, specVersionOf } from "../facts/parachain-state.js";
import { createReceivers } from "./receivable.js";
import { registerAccounts } from "./registration.js";
import { type Step, step as stepCodec } from "../ledger/journal-entry.js";
import { settleWithdrawal, type WithdrawalOutcome } from "../withdrawal/settle-withdrawal.js";

/** A bridge at one point of its life, as whoever asks names it; nothing of the ledger is believed before its anchor is proven. */
export interface Bridge {
  readonly config: BridgeConfig;
  /** The enclave's Ed25519 public key, which is also the issuer's account id. */
  readonly issuer: Uint8Array;
  readonly ledger: Ledger;
  /** All that guardians have decided so far, oldest first: those that the ledger stands for. */
  readonly decisions: readonly SettledDecision[];
  /** The chain profile that the batch is to be encoded with. */
  readonly profile: ChainProfile;
}

/** The one next batch. `calls` go into a `batch_all`, signed for `nonce`. */
export interface Settlement {
  readonly ledger: Ledger;
  readonly anchor: Uint8Array;
  readonly calls: readonly Call[];
  readonly step: Step;
  readonly nonce: number;
  readonly specVersion: number;
  /** In the order of the items. */
  readonly deposits: readonly DepositOutcome[];
  readonly withdrawals: readonly WithdrawalOutcome[];
}

/** While a decision is delayed, a batch so long after the last one isn't empty, ms: its delay runs in worked time. */
export const WORK_INTERVAL = 3_600_000n;

/** The asset that holds the anchor. */
export const anchorAsset = ({ currencies }: BridgeConfig): number => {
  const [first] = currencies;
  if (first === undefined) throw new RefusedError("refused/config-currencies", "expected at least one currency");
  return first.assetId;
};

/** @throws RefusedError `refused/not-in-force` unless the issuer has the ledger's anchor approved */
export const checkInForce = (
  { config, issuer, ledger }: Omit<Bridge, "profile">,
  { parachain }: Pick<Facts, "parachain">,
): Uint8Array => {
  const anchor = anchorOf(bridgeId(config), ledger);
  if (!isApproved(parachain, anchorAsset(config), issuer, anchor))
    throw new RefusedError(
      "refused/not-in-force",
      `expected the ledger in force, anchor 0x${toHex(anchor)} isn't there: follow the journal to the newest`,
      "later",
    );
  return anchor;
};

/** @throws RefusedError `refused/diem-behind` at a ledger info older than the one that the ledger was made at */
export const checkNotBehind = ({ deposits, paid }: Ledger, { account }: Custody): void => {
  if (account.receivedEvents.count < deposits.next || account.sentEvents.count < paid.sent)
    throw new RefusedError("refused/diem-behind", "expected a ledger info as new as the ledger's own", "later");
};

const withdrawalName = ({ preimage, currency }: WithdrawalItem): string =>
  `${currency}/${toHex(encode(withdrawalPreimage, preimage))}`;

const checkDistinct = ({ deposits, withdrawals, feeClaims }: Items): void => {
  if (new Set(deposits.map(({ number }) => number)).size !== deposits.length)
    throw new RefusedError("refused/duplicate", "expected each deposit once");
  if (new Set(withdrawals.map(withdrawalName)).size !== withdrawals.length)
    throw new RefusedError("refused/duplicate", "expected each withdrawal account once per currency");
  if (new Set(feeClaims).size !== feeClaims.length)
    throw new RefusedError("refused/duplicate", "expected each currency's fees to be claimed once");
};

interface Settled extends Pick<Settlement, "deposits" | "withdrawals"> {
  readonly draft: Draft;
}

const settleItems = (context: Context, issuer: Uint8Array, items: Items): Settled => {
  let draft = draftOf(context.ledger);
  const deposits: DepositOutcome[] = [];
  const withdrawals: WithdrawalOutcome[] = [];
  for (const item of items.deposits) {
    const settled = settleDeposit(context, draft, item);
    draft = settled.draft;
    deposits.push(settled.outcome);
  }
  for (const item of items.withdrawals) {
    const settled = settleWithdrawal(context, draft, item);
    draft = settled.draft;
    withdrawals.push(settled.outcome);
  }
  for (const code of items.feeClaims) draft = claimFees(context, draft, code);
  draft = registerAccounts(context, draft, issuer, items.registrations);
  return { draft: foldPayments(context, draft, items.sentEvents), deposits, withdrawals };
};

/**
 * The batch that settles the items at these facts, and what it leads to. Pure: a relayer that runs it on the same input
 * foretells exactly what the enclave signs.
 * @throws RefusedError with the rule's own code; ProofError `proof/not-shown` where a fact that a rule needs wasn't proven
 */
export const settle = (bridge: Bridge, facts: Facts, items: Items): Settlement => {
  const { issuer, ledger, profile } = bridge;
  const { parachain } = facts;
  checkSkew(bridge.config.maxSkew, facts);
  const anchor = checkInForce(bridge, facts);
  const inForce = operate(bridge, parachain);
  const config = underLimits(bridge.config, inForce);
  const runtimeProfile = checkProfile(inForce.profiles, profile);
  const specVersion = specVersionOf(parachain);
  const asset = anchorAsset(config);
  liveAssetOf(parachain, asset);
  const custody = checkCustody(config, issuer, facts.diem);
  checkNotBehind(ledger, custody);
  checkDistinct(items);
  const { nonce } = issuerOf(parachain, issuer);
  const failures = failuresSince(ledger.nonce, nonce);

  const id = bridgeId(bridge.config);
  const receivers = createReceivers(parachain, profile);
  const { draft, deposits, withdrawals } = settleItems(
    { config, bridgeId: id, ledger, facts, custody, receivers },
    issuer,
    items,
  );

  const next: Ledger = {
    time: parachain.time,
    worked: clockAt(bridge, parachain.time, isAnyFrozen(config, parachain)).worked,
    nonce: nonce + 1,
    runtime: { specVersion, profile: runtimeProfile },
    deposits: draft.deposits,
    accounts: append(ACCOUNTS, ledger.accounts, draft.accounts),
    releases: append(RELEASES, ledger.releases, draft.releases),
    paid: draft.paid,
    currencies: draft.currencies,
    decisions: ledger.decisions,
  };
  const { accounts, releases, kept, returned } = draft;
  const step: Step = { ledger: next, accounts, releases, kept, returned, decisions: [], thawed: false };
  const nextAnchor = anchorOf(id, next);
  const calls = [
    cancelApproval(asset, anchor),
    ...draft.calls,
    approveTransfer(asset, nextAnchor, 1n),
    remark(encode(stepCodec, step)),
  ];

  const settled =
    deposits.filter(({ type }) => type !== "open").length + withdrawals.filter(({ type }) => type !== "waits").length;
  const itemCount = settled + items.feeClaims.length + items.registrations.length;
  checkEconomy({
    profile,
    calls,
    items: itemCount,
    isWorthwhile:
      itemCount > 0 ||
      items.sentEvents >= WORTHWHILE_FOLD ||
      specVersion !== ledger.runtime.specVersion ||
      !equal(runtimeProfile, ledger.runtime.profile) ||
      (inForce.delayed.length > 0 && parachain.time >= ledger.time + WORK_INTERVAL),
    failures,
    time: parachain.time,
    earliest: earliestBatch(ledger.time, config.batchInterval, failures),
  });
  return { ledger: next, anchor: nextAnchor, calls, step, nonce, specVersion, deposits, withdrawals };
};
