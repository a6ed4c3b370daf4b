/**
 * How wrapped asset on a withdrawal account ends (PROTOCOL 3): burned, and owed on Diem or given
 * back.
 */
import { burn } from "@pdiem/light-client/polkadot/extrinsics/call";
import { feeOf } from "../config/fee.js";
import { RefusedError } from "../error.js";
import { assetAccountOf, liveAssetOf } from "../facts/parachain-state.js";
import type { Release } from "../ledger/release.js";
import { checkFreeGas } from "../payout/gas.js";
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
import type { WithdrawalItem } from "../settlement/items.js";
import { pass } from "../settlement/windows.js";
import { amountToBurn, greatestBefore } from "./burn-amount.js";
import { mostWithoutAttestation, type Unpayable, whyUnpayable } from "./payable.js";
import { type WithdrawalPreimage, withdrawalAccount } from "./withdrawal-account.js";
import type { WithdrawalResult, WithdrawalWait } from "./withdrawal-result.js";

export interface SettledWithdrawal {
  readonly draft: BatchDraft;
  readonly result: WithdrawalResult;
}

/** One withdrawal with what its rules work on. */
interface Withdrawal extends CurrencyDraft {
  readonly preimage: WithdrawalPreimage;
  /** The account that the preimage names, 32 bytes. */
  readonly account: Uint8Array;
}

/** What is burned at once, and why the payee can't be paid what the fee leaves of it. */
interface Part {
  readonly burned: bigint;
  readonly unpayable: Unpayable | undefined;
}

/**
 * Finds the part of a balance to burn. What would need the payee's signature goes in parts that
 * don't, where there are such. Where a payee can't be paid for another reason, all goes back in as
 * few parts as can be. So fees are few.
 */
const partToBurn = (
  { config: bridge, custody, facts }: BatchContext,
  { config, preimage }: Withdrawal,
  balance: bigint,
): Part | undefined => {
  const { code: currency, minimum, maximum } = config;
  const fee = config.fees.withdrawal;
  const burned = amountToBurn(balance, config);
  if (burned === undefined) return undefined;
  const amount = burned - feeOf(fee, burned);
  const unpayable = whyUnpayable(bridge, custody.state, facts.diem, { currency, amount, payee: preimage.payee });
  if (unpayable !== "dual-attestation") return { burned, unpayable };
  const most = greatestBefore(fee, mostWithoutAttestation(facts.diem, currency));
  const smaller = amountToBurn(balance, { minimum, maximum: most < maximum ? most : maximum });
  return smaller === undefined ? { burned, unpayable } : { burned: smaller, unpayable: undefined };
};

/** Leaves a withdrawal where it is. */
const waitOnAccount = (
  draft: BatchDraft,
  { account, config }: Withdrawal,
  reason: WithdrawalWait,
  unpayable?: Unpayable,
): SettledWithdrawal => ({ draft, result: { type: "waits", account, currency: config.code, reason, unpayable } });

const burnFrom = (
  { receivers }: BatchContext,
  draft: BatchDraft,
  { config, account }: Withdrawal,
  burned: bigint,
): BatchDraft => {
  receivers.burnFrom(config.assetId, account);
  return countItem({ ...draft, calls: [...draft.calls, burn(config.assetId, account, burned)] }, config, burned);
};

const releaseToPayee = (
  context: BatchContext,
  draft: BatchDraft,
  withdrawal: Withdrawal,
  burned: bigint,
): SettledWithdrawal => {
  const { config, state, preimage, account } = withdrawal;
  const { code: currency } = config;
  const released = pass(state.released, config.windows.release, context.facts.parachain.time, burned);
  if (released === undefined) return waitOnAccount(draft, withdrawal, "release-window");
  const fee = feeOf(config.fees.withdrawal, burned);
  const { payee, subaddress, refundAccount } = preimage;
  const release: Release = {
    currency,
    amount: burned - fee,
    payee,
    subaddress,
    origin: { type: "withdrawal", value: { account, refundAccount } },
  };
  const part = { ...state, released, fees: state.fees + fee, owed: state.owed + release.amount };
  const changed = burnFrom(context, withCurrency(context, draft, currency, part), withdrawal, burned);
  const index = nextRelease(context, draft);
  return {
    draft: addRelease(changed, release),
    result: { type: "released", account, currency, burned, fee, index, release },
  };
};

const giveBack = (
  context: BatchContext,
  draft: BatchDraft,
  withdrawal: Withdrawal,
  burned: bigint,
  unpayable: Unpayable,
): SettledWithdrawal => {
  const { config, state, preimage, account } = withdrawal;
  const { code: currency, assetId } = config;
  const { refundAccount } = preimage;
  const fee = feeOf(config.fees.withdrawal, burned);
  const amount = burned - fee;
  if (!context.receivers.canReceive(assetId, refundAccount, amount))
    return waitOnAccount(draft, withdrawal, "refund-not-receivable", unpayable);
  const changed = withCurrency(context, draft, currency, { ...state, fees: state.fees + fee });
  const withBurn = burnFrom(context, changed, withdrawal, burned);
  const minted = addMint(context, withBurn, config, refundAccount, amount);
  return {
    draft: { ...minted, givenBack: [...minted.givenBack, { preimage, currency, amount }] },
    result: { type: "given-back", account, currency, burned, fee, refundAccount, amount, unpayable },
  };
};

const withdrawalOf = (context: BatchContext, draft: BatchDraft, { preimage, currency }: WithdrawalItem): Withdrawal => {
  const part = currencyOf(context, draft, currency);
  if (part === undefined)
    throw new RefusedError("refused/unknown-currency", `expected a bridged currency, got ${currency}`);
  return { ...part, preimage, account: withdrawalAccount(context.bridgeId, preimage) };
};

/**
 * Settles what one account holds of one asset at the proven block, or leaves it there. The account
 * can only have grown by the time of the batch. Nobody but the issuer takes anything from a keyless
 * account.
 * @throws RefusedError `refused/unknown-currency`, `refused/asset-frozen`, `refused/gas-price`,
 * `refused/diem-root`, `refused/duplicate` for an account that the batch burns from already;
 * ProofError `proof/not-shown`
 */
export const settleWithdrawal = (context: BatchContext, draft: BatchDraft, item: WithdrawalItem): SettledWithdrawal => {
  const withdrawal = withdrawalOf(context, draft, item);
  const { config, account } = withdrawal;
  const { parachain, diem } = context.facts;
  liveAssetOf(context.config, parachain, config.assetId);
  if (context.receivers.isReceiving(config.assetId, account)) return waitOnAccount(draft, withdrawal, "minted-to");
  const held = assetAccountOf(context.config, parachain, config.assetId, account);
  if (held !== undefined && held.status !== "liquid") return waitOnAccount(draft, withdrawal, "account-frozen");
  checkFreeGas(diem);
  const part = held === undefined ? undefined : partToBurn(context, withdrawal, held.balance);
  if (part === undefined) return waitOnAccount(draft, withdrawal, "below-minimum");
  const { burned, unpayable } = part;
  return unpayable === undefined
    ? releaseToPayee(context, draft, withdrawal, burned)
    : giveBack(context, draft, withdrawal, burned, unpayable);
};

/** The withdrawals of one batch, in the order of their items. */
export interface SettledWithdrawals {
  readonly draft: BatchDraft;
  readonly results: readonly WithdrawalResult[];
}

/**
 * Settles withdrawals in order, after everything else of the batch that mints for deposits or for
 * what waited.
 * @throws RefusedError and ProofError of `settleWithdrawal`
 */
export const settleWithdrawals = (
  context: BatchContext,
  draft: BatchDraft,
  items: readonly WithdrawalItem[],
): SettledWithdrawals => {
  let settled = draft;
  const results: WithdrawalResult[] = [];
  for (const item of items) {
    const one = settleWithdrawal(context, settled, item);
    settled = one.draft;
    results.push(one.result);
  }
  return { draft: settled, results };
};
