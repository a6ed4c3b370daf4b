/** How a payment to custody ends: the first rule of PROTOCOL 3 that fits. */
import { type Payment, readPayment } from "@pdiem/light-client/diem/state/event-data";
import { ProofError } from "@pdiem/light-client/error";
import { mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { ACCOUNTS, verifyLeaf } from "../ledger/list.js";
import { readDestination, readSenderSubaddress } from "./destination.js";
import { type Context, type CurrencyDraft, currencyOf, type Draft, withCurrency } from "../settlement/batch-draft.js";
import { RefusedError } from "../error.js";
import type { ProvenEvent } from "../facts/facts.js";
import type { DepositItem } from "../settlement/items.js";
import { type Unpayable, whyUnpayable } from "../withdrawal/payable.js";
import { close, isOpen } from "../ranges.js";
import type { Release } from "../ledger/release.js";
import { releasePaidAt, returnOf } from "./returned-payout.js";
import type { KeptReason } from "../ledger/journal-entry.js";
import { pass } from "../settlement/windows.js";

export type RefundReason = "no-beneficiary" | "not-registered" | "below-minimum" | "above-maximum" | "not-receivable";

/** How a deposit ends; amounts in smallest units. `open` isn't an end: it is settled once the window has room. */
export type DepositOutcome = { readonly number: bigint } & (
  | { readonly type: "minted"; readonly account: Uint8Array; readonly amount: bigint; readonly fee: bigint }
  | {
      readonly type: "refunded";
      readonly reason: RefundReason;
      readonly index: bigint;
      readonly release: Release;
      readonly fee: bigint;
    }
  | { readonly type: "kept"; readonly reason: KeptReason }
  | { readonly type: "open"; readonly window: "mint" | "refund" }
);

interface Settled {
  readonly draft: Draft;
  readonly outcome: DepositOutcome;
}

/** Who gets the deposit, and what becomes of it where nobody can. */
type Beneficiary =
  | { readonly account: Uint8Array; readonly otherwise: "refund" | "keep" }
  | { readonly refund: RefundReason }
  | { readonly kept: KeptReason };

const SENDER_KEPT: { readonly [R in Exclude<Unpayable, "frozen">]: KeptReason } = {
  absent: "sender-absent",
  currency: "sender-without-currency",
  family: "sender-of-custody",
  "dual-attestation": "sender-needs-attestation",
};

const keep = (draft: Draft, number: bigint, reason: KeptReason): Settled => ({
  draft: {
    ...draft,
    deposits: close(draft.deposits, number),
    kept: [...draft.kept, { number, reason }],
  },
  outcome: { type: "kept", number, reason },
});

const stayOpen = (draft: Draft, number: bigint, window: "mint" | "refund"): Settled => ({
  draft,
  outcome: { type: "open", number, window },
});

const refund = (
  context: Context,
  draft: Draft,
  { config, state }: CurrencyDraft,
  deposit: Payment,
  number: bigint,
  reason: RefundReason,
): Settled => {
  const fee = config.fees.refund;
  const amount = deposit.amount - fee;
  if (amount <= 0n) return keep(draft, number, "nothing-left");
  const { payer: payee, currency } = deposit;
  const unpayable = whyUnpayable(context.config, context.custody.state, context.facts.diem, {
    currency,
    amount,
    payee,
  });
  // A frozen sender may be thawed, so the release waits for that.
  if (unpayable !== undefined && unpayable !== "frozen") return keep(draft, number, SENDER_KEPT[unpayable]);
  const refunded = pass(state.refunded, config.windows.refund, context.facts.parachain.time, deposit.amount);
  if (refunded === undefined) return stayOpen(draft, number, "refund");
  const subaddress = readSenderSubaddress(deposit.metadata);
  const release: Release = { currency, amount, payee, subaddress, origin: { type: "deposit", value: { number } } };
  const index = context.ledger.releases.numLeaves + BigInt(draft.releases.length);
  const changed = withCurrency(context, draft, currency, { ...state, refunded, fees: state.fees + fee });
  return {
    draft: { ...changed, deposits: close(draft.deposits, number), releases: [...draft.releases, release] },
    outcome: { type: "refunded", number, reason, index, release, fee },
  };
};

const beneficiaryOfReturn = (
  context: Context,
  deposit: Payment,
  index: bigint | undefined,
  item: DepositItem,
): Beneficiary => {
  if (index === undefined) return { kept: "no-such-payout" };
  const returned = returnOf(context.ledger, deposit, index, item);
  return "kept" in returned ? returned : { account: returned.refundAccount, otherwise: "keep" };
};

const beneficiaryOf = (context: Context, deposit: Payment, version: bigint, item: DepositItem): Beneficiary => {
  const { ledger, facts, custody } = context;
  const destination = readDestination(deposit.metadata);
  switch (destination.type) {
    case "release":
      return beneficiaryOfReturn(context, deposit, destination.index, item);
    case "refunded": {
      const { sentEvents } = custody.account;
      const paid =
        destination.version < version
          ? releasePaidAt(facts.diem, sentEvents, destination.version, item.paymentsBefore)
          : undefined;
      return beneficiaryOfReturn(context, deposit, paid, item);
    }
    case "registered": {
      if (destination.index >= ledger.accounts.numLeaves) return { refund: "not-registered" };
      if (item.account === undefined)
        throw new ProofError("proof/not-shown", `expected registered account ${destination.index} with the deposit`);
      verifyLeaf(ACCOUNTS, ledger.accounts, destination.index, item.account);
      return { account: item.account.leaf, otherwise: "refund" };
    }
    case "account":
      return { account: destination.account, otherwise: "refund" };
    case "none":
      return { refund: "no-beneficiary" };
  }
};

/** Why the deposit can't be minted to the account, windows aside. */
const whyNotMinted = (
  context: Context,
  { config }: CurrencyDraft,
  amount: bigint,
  account: Uint8Array,
): RefundReason | undefined => {
  if (amount < config.minimum) return "below-minimum";
  if (amount > config.maximum) return "above-maximum";
  const minted = amount - config.fees.deposit;
  return context.receivers.canReceive(config.assetId, account, minted) ? undefined : "not-receivable";
};

const settlePayment = (
  context: Context,
  draft: Draft,
  deposit: Payment,
  version: bigint,
  item: DepositItem,
): Settled => {
  const { number } = item;
  const currency = currencyOf(context, draft, deposit.currency);
  if (currency === undefined) return keep(draft, number, "unbridged-currency");
  const beneficiary = beneficiaryOf(context, deposit, version, item);
  if ("kept" in beneficiary) return keep(draft, number, beneficiary.kept);
  if ("refund" in beneficiary) return refund(context, draft, currency, deposit, number, beneficiary.refund);
  const { config, state } = currency;
  const { account, otherwise } = beneficiary;
  const obstacle = whyNotMinted(context, currency, deposit.amount, account);
  if (obstacle !== undefined)
    return otherwise === "keep"
      ? keep(draft, number, "returned-but-not-receivable")
      : refund(context, draft, currency, deposit, number, obstacle);
  const minted = pass(state.minted, config.windows.mint, context.facts.parachain.time, deposit.amount);
  if (minted === undefined) return stayOpen(draft, number, "mint");
  const fee = config.fees.deposit;
  const amount = deposit.amount - fee;
  const deposits = close(draft.deposits, number);
  context.receivers.receive(config.assetId, account);
  const changed = withCurrency(context, draft, deposit.currency, { ...state, minted, fees: state.fees + fee });
  return {
    draft: {
      ...changed,
      deposits,
      calls: [...draft.calls, mint(config.assetId, account, amount)],
    },
    outcome: { type: "minted", number, account, amount, fee },
  };
};

/** The proven payment to custody with that number. */
const paymentTo = ({ facts, custody }: Context, number: bigint): ProvenEvent => {
  const { receivedEvents } = custody.account;
  if (number >= receivedEvents.count)
    throw new RefusedError(
      "refused/no-such-deposit",
      `expected a deposit below custody's proven count ${receivedEvents.count}, got ${number}`,
      "later",
    );
  return facts.diem.event(receivedEvents.key, number);
};

/**
 * Settles one deposit, or leaves it open. Every look-up that the rules need must have been proven; nothing that is left
 * out changes how the deposit ends.
 * @throws RefusedError `refused/already-settled`, `refused/no-such-deposit`, `refused/open-ranges`;
 * ProofError `proof/not-shown`, and as `verifyLeaf`
 */
export const settleDeposit = (context: Context, draft: Draft, item: DepositItem): Settled => {
  if (!isOpen(context.ledger.deposits, item.number))
    throw new RefusedError("refused/already-settled", `expected a deposit that isn't settled, got ${item.number}`);
  const { event, transactionVersion } = paymentTo(context, item.number);
  return settlePayment(context, draft, readPayment(event), transactionVersion, item);
};
