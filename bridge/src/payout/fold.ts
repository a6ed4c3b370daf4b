/** Folding of PROTOCOL 4: which releases custody's sequence number and sent events have settled. */

import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { readPaidRelease } from "../deposit/destination.js";
import { RefusedError } from "../error.js";
import type { DiemFacts } from "../facts/facts.js";
import type { Ledger } from "../ledger/ledger.js";
import { type BatchContext, type BatchDraft, currencyOf, withCurrency } from "../settlement/batch-draft.js";
import { takeOffOwed } from "./owed.js";

/** The most releases that one batch folds. */
export const MAX_FOLDED = 4096;

/** One of custody's sent events. */
export interface SentPayment {
  /** Its place in custody's sent events. */
  readonly number: bigint;
  /** The release that it names; undefined for none. */
  readonly index: bigint | undefined;
  readonly currency: string;
  /** In smallest units. */
  readonly amount: bigint;
  readonly transactionVersion: bigint;
}

/** A sent event that pays a release. */
export interface PaidRelease extends SentPayment {
  readonly index: bigint;
}

/** What folding leads to; payments and aborted releases in the order of their indexes. */
export interface Folded {
  readonly paid: Ledger["paid"];
  readonly payments: readonly PaidRelease[];
  readonly aborted: readonly bigint[];
}

/** Custody's account as one ledger info proves it. */
export type SentBy = Pick<DiemAccount, "sequenceNumber" | "sentEvents">;

/**
 * Reads custody's sent event in that place.
 * @throws ProofError `proof/not-shown`
 */
export const sentPaymentAt = (
  facts: Pick<DiemFacts, "event">,
  { sentEvents }: Pick<SentBy, "sentEvents">,
  number: bigint,
): SentPayment => {
  const { event, transactionVersion } = facts.event(sentEvents.key, number);
  const { metadata, currency, amount } = readPayment(event);
  return { number, index: readPaidRelease(metadata), currency, amount, transactionVersion };
};

const least = (...values: readonly bigint[]): bigint => values.reduce((a, b) => (a < b ? a : b));

/**
 * Checks that an event isn't one that custody's key can't have signed for a release at or after
 * `index`.
 */
const checkPayment = (payment: SentPayment, index: bigint): PaidRelease => {
  if (payment.index === undefined || payment.index < index)
    throw new RefusedError(
      "refused/unknown-payment",
      `expected payment ${payment.number} of custody to pay release ${index} or a later one, ` +
        `it names ${payment.index ?? "none"}: custody's key was used by somebody else`,
    );
  return { ...payment, index: payment.index };
};

/**
 * Folds releases from `ledger.paid` on: at most `count`, those whose sequence numbers are used, and
 * those of the ledger.
 * @param account custody's, as the same ledger info as the events proves it
 * @throws RefusedError `refused/unknown-payment`, after which nothing should ever be signed;
 * `refused/diem-behind` at a ledger info older than the ledger; ProofError `proof/not-shown`
 */
export const foldedBy = (
  { start, paid, releases }: Pick<Ledger, "start" | "paid" | "releases">,
  account: SentBy,
  facts: Pick<DiemFacts, "event">,
  count: bigint,
): Folded => {
  const sent = account.sentEvents.count;
  if (sent < paid.events)
    throw new RefusedError("refused/diem-behind", "expected a ledger info as new as the ledger's own", "later");
  const end = least(paid.releases + count, account.sequenceNumber - start, releases.numLeaves);
  const payments: PaidRelease[] = [];
  const aborted: bigint[] = [];
  let events = paid.events;
  let next: PaidRelease | undefined;
  let index = paid.releases;
  for (; index < end; index++) {
    if (next === undefined && events < sent) next = checkPayment(sentPaymentAt(facts, account, events), index);
    if (next?.index === index) {
      payments.push(next);
      events += 1n;
      next = undefined;
    } else aborted.push(index);
  }
  return { paid: { releases: index, events }, payments, aborted };
};

/**
 * Folds at most `count` releases into a batch: `owed` falls by what is paid, what has aborted comes
 * to wait.
 * @throws RefusedError `refused/fold` for too many at once, `refused/owed`, or of `foldedBy`;
 * ProofError of `foldedBy`
 */
export const foldReleases = (context: BatchContext, draft: BatchDraft, count: number): BatchDraft => {
  if (count > MAX_FOLDED)
    throw new RefusedError("refused/fold", `expected at most ${MAX_FOLDED} releases to fold, got ${count}`);
  const { ledger, custody, facts } = context;
  const { paid, payments, aborted } = foldedBy(ledger, custody.account, facts.diem, BigInt(count));
  let folded = draft;
  for (const { number, currency, amount } of payments) {
    const part = currencyOf(context, folded, currency);
    if (part === undefined)
      throw new RefusedError("refused/unknown-payment", `expected payment ${number} in a bridged currency`);
    folded = withCurrency(context, folded, currency, takeOffOwed(part.state, amount));
  }
  return { ...folded, paid, waitingReleases: [...folded.waitingReleases, ...aborted] };
};
