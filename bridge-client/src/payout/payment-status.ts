/** What became of a signed payment, by proven facts alone (PROTOCOL 4). */

import { RefusedError } from "@pdiem/bridge/error";
import type { DiemFacts } from "@pdiem/bridge/facts/facts";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { type SentBy, type SentPayment, sentPaymentAt } from "@pdiem/bridge/payout/fold";
import { ProofError } from "@pdiem/light-client/error";

/** What a signed payment is known by. */
export interface SignedFor {
  /** Index of its release. */
  readonly index: bigint;
  /** Whole seconds; it executes only before. */
  readonly expirationTimestampSecs: bigint;
}

export type PaymentStatus =
  | { readonly type: "paid"; readonly payment: SentPayment }
  /** Its sequence number is used without an event: the release will come to wait. */
  | { readonly type: "aborted" }
  /** It can't execute any more and its number is unused: it is signed again. */
  | { readonly type: "expired" }
  | { readonly type: "pending" };

const notShown = (what: string): never => {
  throw new ProofError("proof/not-shown", `expected ${what} with the payment`);
};

/**
 * Tells whether the payment of a release whose number is used was made. The two sent events next to
 * its place show it. From genesis on custody's sent events name releases in rising order.
 */
const usedBy = (
  facts: Pick<DiemFacts, "event">,
  account: SentBy,
  index: bigint,
  eventsBefore: bigint,
  firstEvent: bigint,
): PaymentStatus => {
  const { count } = account.sentEvents;
  const named = (number: bigint): SentPayment & { readonly index: bigint } => {
    const payment = sentPaymentAt(facts, account, number);
    if (payment.index === undefined)
      throw new RefusedError("refused/unknown-payment", `expected payment ${number} of custody to name a release`);
    return { ...payment, index: payment.index };
  };
  if (eventsBefore > count || eventsBefore < firstEvent)
    return notShown(`a place among custody's payments from ${firstEvent} to ${count}, not ${eventsBefore},`);
  if (eventsBefore > firstEvent && named(eventsBefore - 1n).index >= index)
    return notShown(`payment ${eventsBefore - 1n} of a release before ${index}`);
  if (eventsBefore === count) return { type: "aborted" };
  const payment = named(eventsBefore);
  if (payment.index < index) return notShown(`payment ${eventsBefore} of release ${index} or a later one`);
  return payment.index === index ? { type: "paid", payment } : { type: "aborted" };
};

/**
 * Tells what became of a signed payment.
 * @param ledger of the bridge: any that hasn't folded the release yet
 * @param account custody's at the ledger info of the facts
 * @param eventsBefore how many of custody's sent events name earlier releases; read only where the
 * number is used
 * @throws RefusedError `refused/already-folded` where the ledger has folded the release: the
 * journal tells; `refused/unknown-payment`; ProofError `proof/not-shown`
 */
export const paymentStatus = (
  { start, paid }: Pick<Ledger, "start" | "paid">,
  account: SentBy,
  facts: Pick<DiemFacts, "event" | "time">,
  { index, expirationTimestampSecs }: SignedFor,
  eventsBefore: bigint,
): PaymentStatus => {
  if (index < paid.releases)
    throw new RefusedError("refused/already-folded", `expected a release that isn't folded, ${index} is`);
  if (account.sequenceNumber > start + index) return usedBy(facts, account, index, eventsBefore, paid.events);
  return { type: facts.time / 1000n >= expirationTimestampSecs ? "expired" : "pending" };
};
