/**
 * One settlement (PROTOCOL 3). It leads from a ledger, proven facts and items to the next ledger
 * and the batch that makes it.
 */
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { type SignedCheckpoint, signedCheckpoint } from "../checkpoint/signed-checkpoint.js";
import { bridgeId } from "../config/bridge-config.js";
import { checkCustody } from "../custody/custody.js";
import { admitDeposits } from "../deposit/admit-deposits.js";
import { settleWaiting } from "../deposit/settle-waiting.js";
import { RefusedError } from "../error.js";
import type { Facts } from "../facts/facts.js";
import { isAnyAssetFrozen, issuerOf, liveAssetOf, specVersionOf } from "../facts/parachain-state.js";
import { checkSkew } from "../facts/skew.js";
import type { GovernanceState } from "../governance/governance-state.js";
import { governanceInForce } from "../governance/in-force.js";
import { underLimits } from "../governance/limits.js";
import { checkOperating } from "../governance/operating.js";
import { activeAt } from "../ledger/active-time.js";
import { MAX_TOLD_ITEMS, runsOf } from "../ledger/journal-entry.js";
import type { Ledger } from "../ledger/ledger.js";
import { anchorAsset, checkLedgerInForce } from "../ledger/ledger-in-force.js";
import { append } from "../ledger/list.js";
import { ACCOUNTS, RELEASES, WAITING, type WaitingLeaf } from "../ledger/lists.js";
import { checkNotBehind } from "../ledger/not-behind.js";
import { foldReleases } from "../payout/fold.js";
import { settleWithdrawals } from "../withdrawal/settle-withdrawal.js";
import { assembleBatch } from "./assemble-batch.js";
import type { Settlement } from "./batch.js";
import { type BatchContext, type BatchDraft, draftOf } from "./batch-draft.js";
import type { BridgeState } from "./bridge-state.js";
import { claimFees } from "./claim-fees.js";
import { checkEconomy, nextFailures } from "./economy.js";
import type { Items } from "./items.js";
import { createReceivers } from "./receivable.js";
import { registerAccounts } from "./register-accounts.js";
import { setTeams, thawAccounts } from "./team.js";

const checkKnown = (told: readonly SignedCheckpoint[], known: readonly SignedCheckpoint[]): void => {
  const encoded = known.map((one) => encode(signedCheckpoint, one));
  for (const one of told) {
    const bytes = encode(signedCheckpoint, one);
    if (!encoded.some((other) => equal(other, bytes)))
      throw new RefusedError(
        "refused/unknown-checkpoint",
        "expected checkpoints to tell at which this enclave has seen the signers change: show it those first",
      );
  }
};

/** Each of these may append a release or be told by its number. */
const checkCount = ({ waiting, admissions, withdrawals }: Items): void => {
  const count = waiting.length + admissions.length + withdrawals.length;
  if (count > MAX_TOLD_ITEMS)
    throw new RefusedError("refused/batch-too-large", `expected at most ${MAX_TOLD_ITEMS} items, got ${count}`);
};

type Results = Pick<Settlement, "waiting" | "deposits" | "withdrawals">;

/**
 * Settles items in the order in which their calls stand in the batch; new releases are numbered in
 * it.
 */
const settleItems = (
  context: BatchContext,
  governance: GovernanceState,
  items: Items,
): Results & { readonly draft: BatchDraft } => {
  const teams = setTeams(context, draftOf(context.ledger), governance, items.withoutTeam);
  const thawed = thawAccounts(context, teams, governance, items.thaws);
  const waiting = settleWaiting(context, thawed, items.waiting);
  const deposits = admitDeposits(context, waiting.draft, items.admissions);
  const withdrawals = settleWithdrawals(context, deposits.draft, items.withdrawals);
  const claimed = claimFees(context, withdrawals.draft, items.feeClaims);
  const registered = registerAccounts(context, claimed, items.registrations);
  return {
    draft: foldReleases(context, registered, items.fold),
    waiting: waiting.results,
    deposits: deposits.results,
    withdrawals: withdrawals.results,
  };
};

const waitingLeaves = ({ waitingDeposits, waitingReleases }: BatchDraft): readonly WaitingLeaf[] => [
  ...waitingDeposits.map((value) => ({ type: "deposit", value }) as const),
  ...waitingReleases.map((value) => ({ type: "release", value }) as const),
];

const nextLedger = ({ config, ledger, facts }: BatchContext, draft: BatchDraft, nonce: number): Ledger => {
  const { time } = facts.parachain;
  return {
    time,
    active: activeAt(ledger, time, isAnyAssetFrozen(config, facts.parachain)),
    nonce: nonce + 1,
    failures: nextFailures(ledger, config, nonce, time),
    deposits: draft.deposits,
    waiting: append(WAITING, draft.waiting, waitingLeaves(draft)),
    accounts: append(ACCOUNTS, ledger.accounts, draft.accounts),
    releases: append(RELEASES, ledger.releases, draft.releases),
    start: ledger.start,
    paid: draft.paid,
    currencies: draft.currencies,
    governance: ledger.governance,
  };
};

/**
 * Settles items at these facts. Pure: whoever runs it on the same input gets exactly what the
 * enclave signs.
 * @param knownCheckpoints those at which the enclave has seen the signers change; only they may be
 * told
 * @throws RefusedError with the rule's own code; ProofError `proof/not-shown` where a needed fact
 * wasn't proven, or of `verifyLeaf` and `clearLeaf`
 */
export const settle = (
  bridge: BridgeState,
  facts: Facts,
  items: Items,
  knownCheckpoints: readonly SignedCheckpoint[],
): Settlement => {
  const { issuer, ledger } = bridge;
  const { parachain } = facts;
  checkSkew(bridge.config.maxSkew, facts);
  const anchor = checkLedgerInForce(bridge.config, issuer, ledger, parachain);
  const governance = governanceInForce(bridge.config, ledger, bridge.governance);
  checkOperating(governance);
  checkCount(items);
  checkKnown(items.checkpoints, knownCheckpoints);
  const config = underLimits(bridge.config, governance.limits);
  liveAssetOf(config, parachain, anchorAsset(config));
  const custody = checkCustody(config, issuer, facts.diem);
  checkNotBehind(ledger, custody);

  const receivers = createReceivers(config, parachain, issuer);
  const context = { config, bridgeId: bridgeId(bridge.config), issuer, ledger, facts, custody, receivers };
  const { draft, waiting, deposits, withdrawals } = settleItems(context, governance, items);
  const batch = assembleBatch({
    config: bridge.config,
    anchor,
    ledger: nextLedger(context, draft, issuerOf(parachain, issuer).nonce),
    calls: draft.calls,
    told: {
      accounts: draft.accounts,
      releases: draft.releases,
      cleared: draft.cleared,
      waiting: { deposits: runsOf(draft.waitingDeposits), releases: runsOf(draft.waitingReleases) },
      kept: runsOf(draft.kept),
      givenBack: draft.givenBack,
      checkpoints: items.checkpoints,
    },
    specVersion: specVersionOf(parachain),
  });
  checkEconomy(config, ledger, governance, draft, batch);
  return { ...batch, waiting, deposits, withdrawals };
};
