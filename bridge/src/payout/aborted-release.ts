/** What becomes of a release whose payment has aborted (PROTOCOL 4). */
import type { AbortedReleaseResult, ReleaseWait } from "../deposit/waiting-result.js";
import { RefusedError } from "../error.js";
import type { Release } from "../ledger/release.js";
import {
  addMint,
  addRelease,
  type BatchContext,
  type BatchDraft,
  type CurrencyDraft,
  countItem,
  currencyOf,
  nextRelease,
  withCurrency,
} from "../settlement/batch-draft.js";
import { pass } from "../settlement/windows.js";
import { whyUnpayable } from "../withdrawal/payable.js";
import { isGasFree } from "./gas.js";
import { takeOffOwed } from "./owed.js";
import { worthBefore } from "./worth.js";

export interface SettledRelease {
  readonly draft: BatchDraft;
  readonly result: AbortedReleaseResult;
}

const wait = (draft: BatchDraft, index: bigint, reason: ReleaseWait): SettledRelease => ({
  draft,
  result: { index, type: "waits", reason },
});

const giveBack = (
  context: BatchContext,
  draft: BatchDraft,
  { config, state }: CurrencyDraft,
  index: bigint,
  { amount }: Release,
  account: Uint8Array,
): SettledRelease => {
  if (!context.receivers.canReceive(config.assetId, account, amount))
    return wait(draft, index, "refund-not-receivable");
  const minted = pass(state.minted, config.windows.mint, context.facts.parachain.time, amount);
  if (minted === undefined) return wait(draft, index, "mint-window");
  const changed = withCurrency(context, draft, config.code, { ...takeOffOwed(state, amount), minted });
  const worth = worthBefore(config.fees.withdrawal, config, amount);
  return {
    draft: countItem(addMint(context, changed, config, account, amount), config, worth),
    result: { index, type: "given-back", account, amount },
  };
};

/** Releases a refund again: what is owed stays the same. */
const releaseAnew = (
  context: BatchContext,
  draft: BatchDraft,
  { config }: CurrencyDraft,
  index: bigint,
  release: Release,
): SettledRelease => {
  const { diem } = context.facts;
  if (whyUnpayable(context.config, context.custody.state, diem, release) !== undefined || !isGasFree(diem))
    return wait(draft, index, "payee-not-payable");
  const worth = worthBefore(config.fees.refund, config, release.amount);
  return {
    draft: countItem(addRelease(draft, release), config, worth),
    result: { index, type: "released-anew", newIndex: nextRelease(context, draft), release },
  };
};

/**
 * Settles an aborted release that waits: a withdrawal's amount goes to its refund account, a refund
 * is released anew.
 * @param release proven to be the ledger's at `index`
 * @throws RefusedError `refused/unknown-currency`, `refused/owed`, `refused/diem-root`; ProofError
 * `proof/not-shown`
 */
export const settleAbortedRelease = (
  context: BatchContext,
  draft: BatchDraft,
  index: bigint,
  release: Release,
): SettledRelease => {
  const currency = currencyOf(context, draft, release.currency);
  if (currency === undefined)
    throw new RefusedError("refused/unknown-currency", `expected a bridged currency, got ${release.currency}`);
  return release.origin.type === "withdrawal"
    ? giveBack(context, draft, currency, index, release, release.origin.value.refundAccount)
    : releaseAnew(context, draft, currency, index, release);
};
